/** Stores: what a service must not forget, behind core's port. */

export { openPostgresStore } from './postgres/postgres-store.ts';
export { probePostgresServer } from './postgres/probe-postgres-server.ts';
export { probeSqliteStore } from './sqlite/probe-sqlite-store.ts';
export { openSqliteStore } from './sqlite/sqlite-store.ts';
