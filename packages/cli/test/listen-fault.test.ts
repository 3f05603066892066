import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { listenFault } from '../src/listen-fault.ts';

const fails = (port: number, host: string): Promise<NodeJS.ErrnoException> =>
  new Promise((resolve) => {
    createServer().on('error', resolve).listen(port, host);
  });

it('a port that is in use is named, with what to do', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as { port: number };
  const fault = listenFault(await fails(port, '127.0.0.1'), { host: '127.0.0.1', port });
  expect(fault).toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/^127\.0\.0\.1, port \d+, cannot be listened on: .*EADDRINUSE.* Another program listens there/),
  });
  holder.close();
});

it('an address that is not of this machine is told from a port in use', async () => {
  expect(listenFault(await fails(0, '192.0.2.1'), { host: '192.0.2.1', port: 0 }).message).toContain('This machine has no such address');
});

it('a fault of something else stays what it is', () => {
  const fault = new TypeError('other');
  expect(listenFault(fault, { host: 'x', port: 1 })).toBe(fault);
});
