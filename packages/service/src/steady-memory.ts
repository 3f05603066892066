/** How much room the collector of this process takes, for one that runs for weeks. */
import { setFlagsFromString } from 'node:v8';

/** Of what lives, in per cent. */
const room = 50;

/**
 * Old objects are looked through when the heap is half again as large as what lived the last time; V8 waits until it is up to four times as
 * large, which takes less time, if too little to be measured beside the rest. For all threads of the process, from the next time on.
 */
export function keepMemorySteady(): void {
  setFlagsFromString(`--heap-growing-percent=${room}`);
}
