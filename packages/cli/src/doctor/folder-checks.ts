/** Folders that Ratchet writes to: can it, and is there room? */
import { existsSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { home, resultsRoot } from '../project-folders.ts';
import { type Check, fault, ok, warning } from './check.ts';

const gibibyte = 1024 ** 3;
/** Less is too little for a run's log and reports, and more than one run wants. */
const [leastGib, fewGib] = [0.2, 2];

export function folderChecks(): readonly Check[] {
  return [
    folderCheck('results', resultsRoot(), 'RATCHET_RESULTS'),
    folderCheck('.ratchet', home(), 'RATCHET_HOME'),
    ...diskChecks([...new Set([standing(resultsRoot()), standing(home())])]),
  ];
}

/** Writes to it, or, where it is yet to be made, to the folder that it would be made in; nothing is left. */
function folderCheck(name: string, folder: string, variable: string): Check {
  const place = standing(folder);
  try {
    rmdirSync(mkdtempSync(join(place, '.ratchet-doctor-')));
    return ok(name, existsSync(folder) ? `${folder} can be written to` : `${folder} will be made when it is needed`);
  } catch (error) {
    return fault(name, `${place} cannot be written to: ${(error as Error).message}`, `let ${variable} name a folder that can, or change whose this one is`);
  }
}

function diskChecks(places: readonly string[]): readonly Check[] {
  const seen = new Set<number>();
  return places.flatMap((place) => {
    const { bavail, bsize, blocks } = statfsSync(place);
    // Twice the same disk, or none.
    if (seen.has(blocks) || blocks === 0) return [];
    seen.add(blocks);
    const gib = (bavail * bsize) / gibibyte;
    const found = `${gib.toFixed(1)} GiB are free at ${place}`;
    const todo = 'make room: logs of traces are under .ratchet/traces, runs under results';
    return [gib < leastGib ? fault('disk', found, todo) : gib < fewGib ? warning('disk', found, todo) : ok('disk', found)];
  });
}

/** The nearest folder that is there. */
function standing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : standing(dirname(folder));
}
