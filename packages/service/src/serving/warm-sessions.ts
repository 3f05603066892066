/** Sessions keep their arm while a prompt cache or a loop of tools is warm. */
import type { Arm } from '@ratchet/core';

export interface WarmSessions {
  arm(session: string, now: number): Arm | undefined;
  touch(session: string, arm: Arm, now: number): void;
}

/** Prompt caches of the large providers hold for about five minutes. */
const warmMs = 300_000;
const mostSessions = 10_000;

export function warmSessions(): WarmSessions {
  // In the order of their last use, so that the first is the oldest.
  const sessions = new Map<string, { readonly arm: Arm; readonly until: number }>();
  return {
    arm: (session, now) => {
      const found = sessions.get(session);
      return found !== undefined && found.until > now ? found.arm : undefined;
    },
    touch: (session, arm, now) => {
      sessions.delete(session);
      sessions.set(session, { arm, until: now + warmMs });
      if (sessions.size > mostSessions) sessions.delete(sessions.keys().next().value as string);
    },
  };
}
