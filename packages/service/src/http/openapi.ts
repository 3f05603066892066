/** The OpenAPI document of the HTTP API, made from its routes. */
import { z } from 'zod';
import { errorSchema } from './error-format.ts';
import type { Route } from './route.ts';

export function openApiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of routes) {
    const inPath = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
    const parameters = [...inPath, ...(one.query === undefined ? [] : queryParameters(one.query))];
    paths[one.path] = {
      ...paths[one.path],
      [one.method]: {
        summary: one.summary,
        operationId: `${one.method}${one.path.replace(/[^a-zA-Z0-9]+/g, '_')}`,
        security: one.scope === null ? [] : [{ key: [] }],
        ...(one.scope === null ? {} : { description: one.scope === 'any' ? 'Needs a key.' : `Needs a key with the scope \`${one.scope}\`.` }),
        ...(parameters.length === 0 ? {} : { parameters }),
        ...(one.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(one.body, 'input') } } } }),
        responses: {
          200: { description: 'The answer', content: contentOf(one.answer) },
          default: { description: 'What went wrong', content: { 'application/json': { schema: schemaOf(errorSchema, 'output') } } },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ratchet',
      version: '1',
      description: 'An endpoint like that of OpenAI which learns from its own traffic with which strategy and model to answer.',
    },
    paths,
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  };
}

function queryParameters(query: z.ZodObject): readonly object[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

function contentOf(answer: Route['answer']): object {
  if (answer instanceof z.ZodType) return { 'application/json': { schema: schemaOf(answer, 'output') } };
  return { [answer]: { schema: { type: 'string' } } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
