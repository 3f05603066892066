/** Stores: what a service must not forget, behind core's port; and work that machines share. */

export type { JobClaim, JobQueue, JobState, KeptRecord, Offer, OfferedRun, SharedRun, TakenJob, Taking } from './jobs/job-queue.ts';
export { openPostgresJobQueue } from './postgres/jobs/postgres-job-queue.ts';
export { openPostgresStore } from './postgres/postgres-store.ts';
export { openSqliteStore } from './sqlite/sqlite-store.ts';
