/** All system prompts by kind; each strategy has its own in a file of its own, and each names what the sections of the user message are. */
import { batchPrompts } from './batch-prompts.ts';
import { collaboratePrompts } from './collaborate-prompts.ts';
import { directPrompts } from './direct-prompts.ts';
import { judgePrompts } from './judge-prompts.ts';
import { orchestratePrompts } from './orchestrate-prompts.ts';

export const prompts = { ...directPrompts, ...batchPrompts, ...orchestratePrompts, ...collaboratePrompts, ...judgePrompts } as const;

export type PromptKind = keyof typeof prompts;
