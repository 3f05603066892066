/** The catalogue of models that is shipped: catalogue.yaml, read once. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Catalogue, catalogueSchema } from './catalogue-schema.ts';

export const catalogueFile: Catalogue = catalogueSchema.parse(parse(readFileSync(new URL('../../catalogue.yaml', import.meta.url), 'utf8')));
