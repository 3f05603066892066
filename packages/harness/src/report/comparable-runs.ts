/** Whether two runs were run by the same protocol, so that what differs between them is what was changed in between. */
import type { Manifest } from '../results/results-folder.ts';

/** The parts of a protocol that change what a policy comes to; gates and names do not. */
const protocolParts = [
  'generations',
  'seeds',
  'split',
  'tasksPerGeneration',
  'trainRepeats',
  'judgeEvery',
  'validationRepeats',
  'heldoutRepeats',
  'promotion',
  'tuning',
];
const optionParts = ['provider', 'limit', 'filter'];

/** What keeps the runs from being compared, for people; undefined where nothing does. */
export function whyNotComparable(run: Manifest, reference: Manifest): string | undefined {
  const differing = [
    ...(run.facts['scenario'] === reference.facts['scenario'] ? [] : ['scenario']),
    ...differences(run.facts['protocol'], reference.facts['protocol'], protocolParts),
    ...differences(run.facts['options'], reference.facts['options'], optionParts),
    // Tasks and answers of recorded runs are data of somebody's: another folder is another question.
    ...(isRecorded(run) && run.facts['scenarioSha256'] !== reference.facts['scenarioSha256'] ? ['recorded data'] : []),
  ];
  return differing.length === 0 ? undefined : `not the protocol of the reference: other ${differing.join(', ')}`;
}

function isRecorded({ facts }: Manifest): boolean {
  return recordOf(facts['options'])['data'] != null;
}

function differences(one: unknown, other: unknown, names: readonly string[]): readonly string[] {
  const [a, b] = [recordOf(one), recordOf(other)];
  return names.filter((name) => JSON.stringify(a[name] ?? null) !== JSON.stringify(b[name] ?? null));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
