/** What is wanted of answers, in words. */
import type { Objective } from '@ratchet/learning';

export function objectiveText(objective: Objective): string {
  switch (objective.kind) {
    case 'weighted':
      return 'The most utility: quality less what cost and latency are worth.';
    case 'budget':
      return `The most quality at no more than $${objective.usdPerRequest} a request on average.`;
    case 'constrained': {
      const deadline = objective.deadlineMs === undefined ? '' : `, nine of ten within ${objective.deadlineMs / 1000} s`;
      return `The least cost and latency with quality not below ${floorText(objective.floor)}${deadline}.`;
    }
    default:
      return objective satisfies never;
  }
}

function floorText(floor: Extract<Objective, { kind: 'constrained' }>['floor']): string {
  switch (floor.kind) {
    case 'number':
      return `${floor.value}`;
    case 'baseline':
      return `the baseline's by more than ${points(floor.margin)}`;
    case 'best-arm':
      return `the best single arm's by more than ${points(floor.margin)}`;
    case 'best':
      return `that of quality at any price by more than ${points(floor.margin)}`;
    default:
      return floor satisfies never;
  }
}

function points(margin: number): string {
  const count = Number((100 * margin).toPrecision(3));
  return `${count} point${count === 1 ? '' : 's'}`;
}
