/** From the fields of the form to what the service is asked for. */
import type { JobWish } from '@ratchet/service';

export type WishEnd = { readonly kind: 'wish'; readonly wish: JobWish } | { readonly kind: 'faulty'; readonly why: string };

export function wishOf(fields: Readonly<Record<string, string>>): WishEnd {
  if (fields['kind'] === 'train') {
    const tasks = Number(fields['tasks']);
    if (fields['tasks'] === '' || !Number.isInteger(tasks) || tasks < 0) return { kind: 'faulty', why: 'Tasks: a whole number from 0 on.' };
    return { kind: 'wish', wish: { kind: 'train', tasks } };
  }
  const name = fields['name'] ?? '';
  if (name === '') return { kind: 'faulty', why: 'Choose an experiment.' };
  const amounts: Record<string, number> = {};
  for (const field of ['limit', 'seeds', 'generations', 'budgetUsd']) {
    const text = (fields[field] ?? '').trim();
    if (text === '') continue;
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0 || (field !== 'budgetUsd' && !Number.isInteger(value)))
      return { kind: 'faulty', why: `${field}: "${text}" is no amount.` };
    amounts[field] = value;
  }
  return { kind: 'wish', wish: { kind: 'experiment', name, ...amounts } };
}
