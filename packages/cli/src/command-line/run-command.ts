/** From a command to the end of the process. */
import { terminalOutput } from '../terminal/output.ts';

/** Runs a command, prints its errors as a person can use them, and sets the exit code. */
export async function run(quiet: boolean | undefined, command: (output: ReturnType<typeof terminalOutput>) => Promise<number> | number): Promise<void> {
  const output = terminalOutput({ quiet: quiet ?? false });
  try {
    process.exitCode = await command(output);
  } catch (error) {
    const { exitCodeOf } = await import('../exit-codes.ts');
    output.screen.end();
    output.error(`error: ${textOf(error)}`);
    process.exitCode = exitCodeOf(error);
  }
}

/** What the system refuses, and a person can mend. */
const refusals: Readonly<Record<string, string>> = {
  EACCES: 'may not be read or written',
  EPERM: 'may not be changed',
  ENOTDIR: 'cannot be made: what it should be in is a file',
  EROFS: 'stands on a file system that is read only',
  ENOSPC: 'has no room: the disk is full',
  EDQUOT: 'has no room: the quota is used up',
};

/** A fault that is known says what to do by itself; one of ours is shown with the way to it. */
function textOf(error: unknown): string {
  const { kind, message, stack, code, path } = error as Error & { readonly kind?: unknown; readonly code?: string; readonly path?: string };
  if (typeof kind === 'string') return message;
  const refusal = refusals[code ?? ''];
  if (refusal !== undefined) return `${path ?? 'a file'} ${refusal} (${code}). \`pnpm ratchet doctor\` looks at folders and disk, and says what to mend`;
  return `${stack ?? String(error)}\nThis is a fault of Ratchet, not yours. \`pnpm ratchet doctor\` says whether it has to do with this machine`;
}
