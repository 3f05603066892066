/** Lets the reader say how good an answer was; it counts once. */
import { useState } from 'preact/hooks';
import { Failure } from '../elements/states.tsx';
import { me } from '../service/me.ts';
import { ask } from '../service/request.ts';
import type { DecisionRecord } from './use-answer.ts';

const grades = [
  { quality: 0, label: 'useless' },
  { quality: 0.25, label: 'poor' },
  { quality: 0.5, label: 'half right' },
  { quality: 0.75, label: 'good' },
  { quality: 1, label: 'right' },
] as const;

export function FeedbackControl({ record, onJudged }: { readonly record: DecisionRecord; readonly onJudged: (quality: number) => void }) {
  const [error, setError] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  if (!(me.value?.scopes.includes('feedback') ?? false)) return <p class="soft">This key may not judge answers: it has no scope "feedback".</p>;
  if (record.quality !== null)
    return (
      <p class="notice fine" role="status">
        Judged {record.quality}.{' '}
        {record.learnable ? 'The service learns from it.' : 'It is kept, and not learned from: this answer was not the free choice of what serves.'}
      </p>
    );
  const judge = async (quality: number): Promise<void> => {
    setSending(true);
    setError(null);
    try {
      await ask('/v1/feedback', { body: { decision: record.id, quality } });
      onJudged(quality);
    } catch (fault) {
      setError(fault);
    } finally {
      setSending(false);
    }
  };
  return (
    <fieldset class="feedback" aria-label="How good was the answer?">
      <span>How good was it?</span>
      {grades.map(({ quality, label }) => (
        <button key={quality} type="button" disabled={sending} onClick={() => judge(quality)}>
          {label} <span class="soft">{quality}</span>
        </button>
      ))}
      {error === null ? null : <Failure what="Not recorded" error={error} />}
    </fieldset>
  );
}
