/** Recognises the requests that most clients send, where a schema would look for each parameter that there may be. */
import type { ChatRequest } from './chat-request.ts';

/** What the schema would give; undefined where only the schema can tell. */
export function glancedRequest(given: unknown): ChatRequest | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  let [model, messages] = [false, false];
  for (const [name, value] of Object.entries(given)) {
    switch (name) {
      case 'model':
        model = typeof value === 'string' && value.length >= 1 && value.length <= 256;
        if (!model) return undefined;
        break;
      case 'messages':
        messages = Array.isArray(value) && value.length >= 1 && value.length <= 2000 && value.every(isPlainMessage);
        if (!messages) return undefined;
        break;
      case 'stream':
        if (typeof value !== 'boolean') return undefined;
        break;
      case 'temperature':
        if (!(typeof value === 'number' && value >= 0 && value <= 2)) return undefined;
        break;
      case 'max_tokens':
      case 'max_completion_tokens':
        if (!(Number.isInteger(value) && value >= 1 && value <= 1_000_000)) return undefined;
        break;
      default:
        return undefined;
    }
  }
  return model && messages ? (given as ChatRequest) : undefined;
}

/** A role and a text. */
function isPlainMessage(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  const { role, content } = given as Readonly<Record<string, unknown>>;
  if (typeof content !== 'string' || !(role === 'user' || role === 'system' || role === 'assistant' || role === 'developer')) return false;
  return Object.keys(given).length === 2;
}
