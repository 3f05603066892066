/** Stores: what a service must not forget, behind core's port. */

export { openPostgresStore } from './postgres/postgres-store.ts';
export { openSqliteStore } from './sqlite/sqlite-store.ts';
