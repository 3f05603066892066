/** How much of a processor and of a person's time the sending of traces may take, by what the command is for. */

export interface SendingPace {
  /** Of a processor's time while the command works, in (0, 1]. */
  readonly share: number;
  /** How long the end of a command that took `runMs` may be held up, where the person said `namedMs` or nothing. */
  readonly exitMs: (runMs: number, namedMs?: number) => number;
}

/** Never more: who waits for the end of a command has other things to do. */
const longestExitMs = 4_000;
/** Enough for evaluations and what they refer to, which are sent first. */
const shortestExitMs = 2_000;

export const sendingPaces: Readonly<Record<'beside' | 'along' | 'only', SendingPace>> = {
  /** A long computation: sending takes a tenth of a processor, and the end a twentieth of its time, from 40 s on, so that both stay within 1.15 times that. */
  beside: { share: 0.1, exitMs: (runMs, namedMs = Math.min(longestExitMs, Math.max(shortestExitMs, 0.05 * runMs))) => namedMs },
  /** Little work, or work that mostly waits: what is traced goes as it comes. */
  along: { share: 1, exitMs: (_runMs, namedMs = longestExitMs) => namedMs },
  /** Sending is what the command is for. */
  only: { share: 1, exitMs: () => 600_000 },
};
