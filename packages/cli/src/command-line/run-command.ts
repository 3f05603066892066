/** From a command to the end of the process. */
import { terminalOutput } from '../terminal/output.ts';

/** Runs a command, prints its errors as a person can use them, and sets the exit code. */
export async function run(quiet: boolean | undefined, command: (output: ReturnType<typeof terminalOutput>) => Promise<number> | number): Promise<void> {
  const output = terminalOutput({ quiet: quiet ?? false });
  try {
    process.exitCode = await command(output);
  } catch (error) {
    const { exitCodeOf } = await import('../exit-codes.ts');
    const known = typeof (error as { kind?: unknown }).kind === 'string';
    output.error(known ? `error: ${(error as Error).message}` : `error: ${(error as Error).stack ?? String(error)}`);
    process.exitCode = exitCodeOf(error);
  }
}
