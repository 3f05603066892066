/** The adapter of each API, by name. */
import type { ProviderEntry } from '../catalogue/catalogue-schema.ts';
import { anthropicWire } from './anthropic-wire.ts';
import { geminiWire } from './gemini-wire.ts';
import { openaiWire } from './openai-wire.ts';
import type { Wire, WireSettings } from './wire.ts';

export const openWire: Readonly<Record<ProviderEntry['api'], (settings: WireSettings) => Promise<Wire>>> = {
  openai: openaiWire,
  anthropic: watched(anthropicWire),
  gemini: watched(geminiWire),
};

/** An SDK does not hand on to `fetch` whose call it is: the connection has to find that by itself. */
function watched(open: (settings: WireSettings) => Promise<Wire>): (settings: WireSettings) => Promise<Wire> {
  return async (settings) => {
    const wire = await open(settings);
    return { send: (call, options) => settings.transport.run(options.watch, () => wire.send(call, options)) };
  };
}
