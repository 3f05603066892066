/** An evaluation as W&B's compare view knows it: the tree of calls that the SDK's EvaluationLogger makes, with ids that follow from what it is of. */
import { createHash } from 'node:crypto';
import type { SpanRecord } from '../span-record.ts';
import type { WeaveRecord } from './weave-record.ts';

export interface Prediction {
  /** Of the data set. */
  readonly row: number;
  readonly output: Readonly<Record<string, unknown>>;
  /** By scorer; what is not known is left out of the mean. */
  readonly scores: Readonly<Record<string, number | null>>;
}

export interface Evaluation {
  /** The same for all that are to be compared, as are data set and scorers. */
  readonly name: string;
  /** Keys of objects that were published before. */
  readonly datasetKey: string;
  readonly modelKey: string;
  readonly scorers: readonly string[];
  /** What makes it reproducible: run, seeds, hashes; and the generation that was judged. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly predictions: readonly Prediction[];
  /** Equal identities have equal ids of calls: what is sent again is there once. */
  readonly identity: string;
  readonly startedAtMs: number;
}

interface Place {
  readonly traceId: string;
  readonly spanId: string;
}

/** So does the SDK mark calls of an evaluation that was not run by itself. */
const ofEvaluation = { _weave_eval_meta: { imperative: true } };
const ofScore = { _weave_eval_meta: { imperative: true, score: true } };

/** The objects, then all calls, then the scores as feedback, which take a request each. */
export function evaluationRecords(evaluation: Evaluation): readonly WeaveRecord[] {
  const { name, datasetKey, modelKey, scorers, predictions, identity, startedAtMs } = evaluation;
  const evaluationKey = `evaluation ${name}`;
  const scorerKey = (scorer: string): string => `scorer ${scorer}`;
  const traceId = hexOf(identity, 32);
  const place = (...path: readonly unknown[]): Place => ({ traceId, spanId: hexOf([identity, ...path].join(' '), 16) });
  const span = (what: string, at: Place, parentId: string | null): SpanRecord => ({
    ...at,
    parentId,
    name: what,
    startedAtMs,
    durationMs: 0,
    attributes: {},
    results: {},
  });
  const root = place('evaluate');
  const own = { self: evaluationKey, model: modelKey };
  const summary = meansOf(evaluation);

  const objects: WeaveRecord[] = [
    ...scorers.map(
      (scorer): WeaveRecord => ({ kind: 'object', key: scorerKey(scorer), className: scorer, name: scorer, value: { scorerName: scorer }, refs: {} }),
    ),
    { kind: 'object', key: evaluationKey, className: 'Evaluation', name, value: {}, refs: { dataset: datasetKey, scorers: scorers.map(scorerKey) } },
  ];
  const calls = predictions.flatMap(({ row, output, scores }): WeaveRecord[] => {
    const both = place('predict_and_score', row);
    const example = `${datasetKey}/rows/${row}`;
    return [
      {
        kind: 'call',
        span: span('Model.predict', place('predict', row), both.spanId),
        refs: { arg0: example },
        attributes: ofEvaluation,
        output,
      },
      ...Object.entries(scores).map(
        ([scorer, score]): WeaveRecord => ({
          kind: 'call',
          span: { ...span(`${scorer}.score`, place('score', row, scorer), both.spanId), attributes: { output } },
          refs: { self: scorerKey(scorer) },
          attributes: ofScore,
          output: score,
          displayName: `${scorer}.score`,
        }),
      ),
      {
        kind: 'call',
        span: span('Evaluation.predict_and_score', both, root.spanId),
        refs: { ...own, example },
        attributes: ofEvaluation,
        output: { output, scores },
      },
    ];
  });
  return [
    ...objects,
    ...calls,
    {
      kind: 'call',
      span: span('Evaluation.summarize', place('summarize'), root.spanId),
      refs: { self: evaluationKey },
      attributes: ofEvaluation,
      output: summary,
    },
    { kind: 'call', span: span('Evaluation.evaluate', root, null), refs: own, attributes: { ...ofEvaluation, ...evaluation.attributes }, output: summary },
    ...predictions.flatMap(({ row, scores }) =>
      Object.entries(scores).map(
        ([scorer, score]): WeaveRecord => ({
          kind: 'feedback',
          id: uuidOf([identity, 'feedback', row, scorer].join(' ')),
          scorer,
          scorerKey: scorerKey(scorer),
          of: place('predict', row),
          by: place('score', row, scorer),
          output: score,
        }),
      ),
    ),
  ];
}

function meansOf({ scorers, predictions }: Evaluation): Readonly<Record<string, { readonly mean: number }>> {
  return Object.fromEntries(
    scorers.flatMap((scorer) => {
      const known = predictions.flatMap(({ scores }) => scores[scorer] ?? []);
      return known.length === 0 ? [] : [[scorer, { mean: known.reduce((sum, value) => sum + value, 0) / known.length }]];
    }),
  );
}

function hexOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** Version 8: of a form of one's own (RFC 9562). */
function uuidOf(text: string): string {
  const hex = hexOf(text, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20)}`;
}
