/** How the policies of a run learned: the drawings of its report, and its heatmap as a film. */
import type { Summary } from '@ratchet/harness/figures';
import type { RunDetail } from '@ratchet/service';
import { useMemo } from 'preact/hooks';
import { type Drawings, FigureView } from '../elements/figure-view.tsx';
import { Resourceful } from '../elements/states.tsx';
import { placeLink } from '../navigation/place.ts';
import { useResource } from '../service/use-resource.ts';
import { HeatmapFilmView } from './heatmap-film-view.tsx';

export function RunLearning({ run }: { readonly run: string }) {
  const path = run.split('/');
  const loaded = useResource<RunDetail>(`/api/runs/${path.map(encodeURIComponent).join('/')}`);
  return (
    <Resourceful loaded={loaded} what={`run ${run}`}>
      {({ summary }) => (
        <>
          <p class="run-head">
            <strong>{summary.title}</strong> <span class={`evidence ${summary.evidence}`}>{summary.evidence}</span>{' '}
            <a href={placeLink({ tab: 'experiments', path, query: {} })}>The whole report</a>
          </p>
          <Drawn summary={summary} />
        </>
      )}
    </Resourceful>
  );
}

function Drawn({ summary }: { readonly summary: Summary }) {
  const draw = useMemo(
    () => ({
      train: (drawings: Drawings) => drawings.learningCurves(summary, 'train'),
      validation: (drawings: Drawings) => drawings.learningCurves(summary, 'validation'),
      plane: (drawings: Drawings) => drawings.costQualityPlane(summary),
      shares: (drawings: Drawings) => drawings.shareEvolution(summary),
      parameters: (drawings: Drawings) => drawings.parameterEvolution(summary),
    }),
    [summary],
  );
  const validated = summary.generationRows.some(({ phase }) => phase === 'validation');
  return (
    <>
      <FigureView draw={draw.train} height={640} />
      <HeatmapFilmView summary={summary} what="the decisions of the learning policy on training tasks" />
      <FigureView draw={draw.plane} height={600} />
      {validated ? <FigureView draw={draw.validation} height={640} /> : null}
      <FigureView draw={draw.shares} height={360} />
      <FigureView draw={draw.parameters} height={420} />
    </>
  );
}
