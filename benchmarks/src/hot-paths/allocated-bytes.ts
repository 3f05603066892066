/** Counts the bytes that a piece of work allocates on the heap of JavaScript: nearly the same on every machine and every run. */
import { GCProfiler, getHeapStatistics } from 'node:v8';

/** Collections in between are accounted for by what each of them freed. Large typed arrays are outside the heap: their bytes are counted while they are held. */
export async function allocatedBytes(run: () => unknown, times: number): Promise<number> {
  const profiler = new GCProfiler();
  profiler.start();
  const before = used();
  for (let index = 0; index < times; index++) await run();
  const after = used();
  const freed = profiler
    .stop()
    .statistics.reduce((sum, { beforeGC, afterGC }) => sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize, 0);
  return (after - before + freed) / times;
}

function used(): number {
  return getHeapStatistics().used_heap_size;
}
