/** Says why an address cannot be listened on, and what to do. */
import { UsageError } from './usage-error.ts';

/** The error itself where it is of something else. */
export function listenFault(cause: NodeJS.ErrnoException, { host, port }: { readonly host: string; readonly port: number }): Error {
  if (cause.syscall === undefined && cause.code === undefined) return cause;
  return new UsageError(`${host}, port ${port}, cannot be listened on: ${cause.message}. ${adviceFor(cause.code)}`, { cause });
}

function adviceFor(code: string | undefined): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'Another program listens there, perhaps another ratchet: end it, or take another port (--port 0 for one that is free)';
    case 'EACCES':
      return 'Ports below 1024 are for the system: take another one with --port';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'This machine has no such address: --host 127.0.0.1 for itself alone, 0.0.0.0 for all who can reach it';
    default:
      return 'Take another --host or --port';
  }
}
