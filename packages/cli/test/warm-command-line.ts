/**
 * A process that runs one command line after another, as `ratchet.ts` asks it to. Each reads the whole program anew but finds modules, the
 * tagger and the tokenizer loaded: what takes a process of its own a second takes a tenth here.
 */
import type { WarmOrder, WarmReply } from './ratchet.ts';

process.on('message', (order: WarmOrder) => void answer(order));

async function answer({ number, words, cwd, env }: WarmOrder): Promise<void> {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.argv.splice(2, Infinity, ...words);
  process.exitCode = undefined;
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  // `main.ts` runs when it is imported: under another name each time, so that it runs each time.
  const failure = await import(`../src/main.ts?${number}`).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const reply: WarmReply = { number, code: Number(process.exitCode ?? 0), stdout: stdout(), stderr: stderr(), ...(failure === undefined ? {} : { failure }) };
  process.stdout.removeAllListeners('error');
  process.send?.(reply);
}

/** Keeps what is written from now on, until it is taken. */
function capture(stream: NodeJS.WriteStream): () => string {
  const write = stream.write;
  let text = '';
  stream.write = (data: string | Uint8Array): boolean => {
    text += typeof data === 'string' ? data : Buffer.from(data).toString();
    return true;
  };
  return () => {
    stream.write = write;
    return text;
  };
}
