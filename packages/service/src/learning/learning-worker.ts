/** The worker thread in which the service learns, off its event loop; `learn-in-worker.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { doLearningJob, type LearningJob } from './learning-job.ts';

parentPort?.on('message', (job: LearningJob) => {
  try {
    parentPort?.postMessage({ result: doLearningJob(job) });
  } catch (error) {
    parentPort?.postMessage({ failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
