/** Tracers behind core's port. */
export { localTracer } from './local-tracer.ts';
