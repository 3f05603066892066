/** Whether the service can be reached, and the way back to it. */
import { signal } from '@preact/signals';
import { pause } from '../page-clock.ts';

export const connection = signal<'there' | 'lost'>('there');
/** Counts up when the service is there again: what was loaded before may be old. */
export const reconnections = signal(0);

/** Milliseconds between one attempt and the next. */
const waits = [500, 1000, 2000, 4000];

/** Asks for a sign of life until there is one. */
export function reportLost(): void {
  if (connection.peek() === 'lost') return;
  connection.value = 'lost';
  void comeBack();
}

async function comeBack(): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    await pause(waits[Math.min(attempt, waits.length - 1)] ?? 4000);
    const alive = await fetch('healthz', { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (alive) break;
  }
  connection.value = 'there';
  reconnections.value += 1;
}
