/** Routing methods of others, in a Python process, on the same splits and the same queries. */
import { openPeerProcess } from '../peers/peer-process.ts';
import { drawQueries } from './learn-bandit.ts';
import { bestSingle, judgeChoices, type RoutingResult } from './route-table.ts';
import type { RoutingProtocol } from './routing-protocol.ts';
import { outcomeOf, type RoutingTable, splitQueries } from './routing-table.ts';

interface Decided {
  /** An arm for each held-out query. */
  readonly choices: readonly number[];
  /** Mean quality lost against the best arm of each query, by turn; empty under full information. */
  readonly regret: readonly number[];
}

export interface RoutingPeers {
  /** Libraries with their versions, and what is not there. */
  readonly versions: string;
  methodsFor(protocol: RoutingProtocol): readonly string[];
  route(table: RoutingTable, run: { readonly method: string; readonly seed: number; readonly protocol: RoutingProtocol }): Promise<RoutingResult>;
  close(): void;
}

/** `undefined` where the Python has not even scikit-learn. */
export async function openRoutingPeers(python: string): Promise<RoutingPeers | undefined> {
  const peer = await openPeerProcess(python, new URL('./routing-peers.py', import.meta.url));
  if (peer === undefined) return undefined;
  const { versions, full, bandit } = (await peer.ask({ ask: 'versions' })) as { versions: string; full: string[]; bandit: string[] };
  let held: RoutingTable | undefined;
  return {
    versions,
    // Without a price of their own, bandits of others look at quality alone.
    methodsFor: ({ regime, setting, referenceGiven, drafts }) => (referenceGiven || drafts ? [] : regime === 'full' ? full : setting === 'best' ? bandit : []),
    route: async (table, { method, seed, protocol }) => {
      if (held !== table) {
        const column = (metric: 'quality' | 'costUsd') =>
          table.queries.map((_, query) => table.arms.map((_arm, arm) => outcomeOf(table, query, arm)[metric] ?? 0));
        await peer.ask({ ask: 'hold', texts: table.queries.map(({ analysis }) => analysis.text), quality: column('quality'), cost: column('costUsd') });
        held = table;
      }
      const { train, heldout } = splitQueries(table, seed, 0.7);
      const { regime, setting, margin, share, generations } = protocol;
      const turns = regime === 'full' ? [] : Array.from({ length: generations }, (_, generation) => drawQueries(train, { share, seed, generation }));
      const decided = (await peer.ask({ ask: 'route', method, seed, train, heldout, setting, margin, turns })) as Decided;
      return judgeChoices(table, { heldout, best: bestSingle(table, train), choices: decided.choices, regret: decided.regret });
    },
    close: peer.close,
  };
}
