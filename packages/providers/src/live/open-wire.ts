/** The adapter of each API, by name. */
import type { ProviderEntry } from '../catalogue/catalogue-schema.ts';
import { anthropicWire } from './anthropic-wire.ts';
import { geminiWire } from './gemini-wire.ts';
import { openaiWire } from './openai-wire.ts';
import type { Wire, WireSettings } from './wire.ts';

export const openWire: Readonly<Record<ProviderEntry['api'], (settings: WireSettings) => Promise<Wire>>> = {
  openai: openaiWire,
  anthropic: anthropicWire,
  gemini: geminiWire,
};
