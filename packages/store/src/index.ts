/** Stores: what a service must not forget, behind core's port. */
export { openSqliteStore } from './sqlite/sqlite-store.ts';
