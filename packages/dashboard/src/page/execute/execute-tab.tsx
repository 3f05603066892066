/** Execute: what would answer a request and why, the answer as it comes, what it came to, and how good it was. */
import { useEffect, useState } from 'preact/hooks';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { AnswerCard } from './answer-card.tsx';
import { DecisionCard } from './decision-card.tsx';
import { HistoryCard } from './history-card.tsx';
import { RequestCard } from './request-card.tsx';
import { StructureCard } from './structure-card.tsx';
import { useAnswer } from './use-answer.ts';
import { useSuggestion } from './use-suggestion.ts';

/** A longer text has no place in a link. */
const longestInLink = 2000;

export function ExecuteTab() {
  const { query } = currentPlace.value;
  const [text, setText] = useState(query['request'] ?? '');
  const generation = /^\d+$/.test(query['generation'] ?? '') ? Number(query['generation']) : null;
  const suggestion = useSuggestion(text, generation);
  const answer = useAnswer();
  // A link to another request, followed while the page is open.
  useEffect(() => {
    if (query['request'] !== undefined) setText(query['request']);
  }, [query['request']]);

  const write = (written: string): void => {
    setText(written);
    changeSettings({ request: written.length > 0 && written.length <= longestInLink ? written : undefined });
  };
  return (
    <div class="execute">
      <div class="column">
        <RequestCard
          text={text}
          generation={generation}
          busy={answer.state.kind === 'running'}
          onText={write}
          onGeneration={(chosen) => changeSettings({ generation: chosen === null ? undefined : String(chosen) })}
          onExecute={() => answer.execute(text, generation)}
          onStop={answer.stop}
        />
        <AnswerCard state={answer.state} onJudged={answer.judged} />
        <HistoryCard turn={answer.turn} onOpen={write} />
      </div>
      <div class="column">
        <DecisionCard suggestion={suggestion} />
        <StructureCard suggestion={suggestion} />
      </div>
    </div>
  );
}
