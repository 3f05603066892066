/** Sums what requests spend until their group is written, so that it is written once a key: for keys of which nothing was set aside. */
import type { GroupCommit } from './group-commit.ts';

export interface SpendingSums {
  /** Resolves once it is durable. Rejects as the write of its group does: none of the sum was written then. */
  add(keyId: string, usd: number): Promise<void>;
}

interface Sum {
  usd: number;
  written: Promise<void>;
}

/** `spend` writes within a transaction. */
export function spendingSums(commits: Pick<GroupCommit, 'writeLater'>, spend: (keyId: string, usd: number) => void): SpendingSums {
  const open = new Map<string, Sum>();
  const begin = (keyId: string, usd: number): Promise<void> => {
    const sum: Sum = { usd, written: nothingWritten };
    // What comes later is another sum's. Its own write closes it, and where that could never be begun, its failure does.
    const close = (): void => {
      if (open.get(keyId) === sum) open.delete(keyId);
    };
    open.set(keyId, sum);
    sum.written = commits.writeLater(() => {
      close();
      spend(keyId, sum.usd);
    });
    sum.written.catch(close);
    return sum.written;
  };
  return {
    add: (keyId, usd) => {
      const sum = open.get(keyId);
      if (sum === undefined) return begin(keyId, usd);
      sum.usd += usd;
      return sum.written;
    },
  };
}

const nothingWritten = Promise.resolve();
