/** Reads the query of a request into what a schema says. */
import type { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { HttpContext } from './route.ts';

/** Throws a `ServiceError` (400) that names the parameter. */
export function readQuery<Query extends z.ZodObject>(context: HttpContext, schema: Query): z.output<Query> {
  const parsed = schema.safeParse(context.req.query());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.map(String).join('.');
  const message = issue?.code === 'unrecognized_keys' ? `unknown parameter: ${param}` : `${param}: ${issue?.message}`;
  throw new ServiceError(400, message, { param });
}
