/** Tells versions of a file apart without reading it: by when it was changed, how long it is, and which file it is. */
import { statSync } from 'node:fs';

/** null where there is no such file. Throws the system's error where nobody can tell. */
export function fileStamp(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.mtimeNs} ${found.size} ${found.ino}`;
}
