/** What a look at one thing of a machine came to. */

export interface Check {
  /** A word or two. */
  readonly name: string;
  /** `warning`: something that is asked for will not work, or not well; all else does. `fault`: Ratchet cannot work as it is set up. */
  readonly state: 'ok' | 'warning' | 'fault';
  /** What was found; never a key. */
  readonly found: string;
  /** What to do; where there is something to do. */
  readonly todo?: string;
}

export const ok = (name: string, found: string): Check => ({ name, state: 'ok', found });
export const warning = (name: string, found: string, todo: string): Check => ({ name, state: 'warning', found, todo });
export const fault = (name: string, found: string, todo: string): Check => ({ name, state: 'fault', found, todo });
