/** The learning of the service itself: what it decides just now, what each generation came to, and when which of them served. */
import type { Figure } from '@ratchet/harness/figures';
import type { Learned } from '@ratchet/service';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Drawings, FigureView } from '../elements/figure-view.tsx';
import { Empty, Resourceful } from '../elements/states.tsx';
import { me } from '../service/me.ts';
import { useResource } from '../service/use-resource.ts';
import { GenerationTable } from './generation-table.tsx';
import { HeatmapFilmView } from './heatmap-film-view.tsx';
import { LiveView } from './live-view.tsx';
import { ServingTimeline } from './serving-timeline.tsx';
import { planeOfLearned, summaryOfLearned } from './summary-of-learned.ts';

export function ServiceLearning() {
  const loaded = useResource<Learned>('/api/learned');
  const { reload } = loaded;
  const [learnings, setLearnings] = useState(0);
  useEffect(() => {
    if (learnings > 0) reload();
  }, [learnings, reload]);
  return (
    <>
      <LiveView onLearning={() => setLearnings((count) => count + 1)} />
      <Resourceful loaded={loaded} what="what was learned">
        {(learned) => <Generations learned={learned} />}
      </Resourceful>
    </>
  );
}

function Generations({ learned }: { readonly learned: Learned }) {
  const { summary, draw } = useMemo(() => {
    const own = summaryOfLearned(learned);
    const plane = planeOfLearned(learned);
    return {
      summary: own,
      draw: {
        curves: async (drawings: Drawings) => curvesOfService(await drawings.learningCurves(own, 'train')),
        shares: async (drawings: Drawings) => {
          const figure = await drawings.shareEvolution(own);
          return {
            ...figure,
            title: 'Strategies by generation',
            caption: 'Share of the decisions of each generation while it served.',
            panels: figure.panels.slice(0, 1),
            table: null,
          };
        },
        plane: async (drawings: Drawings) => ({
          ...(await drawings.costQualityPlane(plane)),
          title: 'Cost and quality of the generations',
          caption: `What each generation came to while it served: up is better, left is cheaper; the cost axis is logarithmic. Crosses are 95% intervals; the one that serves is blue. The line is the front of the generations.`,
        }),
      },
    };
  }, [learned]);
  const served = learned.generations.filter(({ decisions }) => decisions > 0).length;
  if (served === 0)
    return (
      <section class="card">
        <Empty title="Nothing has been decided yet">
          Curves appear when requests have been answered and judged: use Execute, send requests to <code>/v1/chat/completions</code>, or train. Every 60 judged
          answers make a candidate.
        </Empty>
        <GenerationTable learned={learned} />
      </section>
    );
  return (
    <>
      <ServingTimeline learned={learned} />
      {served < 2 ? (
        <section class="card">
          <Empty title="One generation has served so far">Curves appear when a second one does: when a candidate is promoted.</Empty>
        </section>
      ) : (
        <FigureView draw={draw.curves} height={640} />
      )}
      <HeatmapFilmView summary={summary} what={`the decisions of each generation while it served, by what the analysis found (${me.value?.scenario ?? ''})`} />
      {served < 2 ? null : (
        <>
          <FigureView draw={draw.plane} height={600} />
          <FigureView draw={draw.shares} height={360} />
        </>
      )}
      <section class="card">
        <h2>The numbers</h2>
        <GenerationTable learned={learned} />
      </section>
    </>
  );
}

/** Nobody knows the best answer to a user's request: there is no oracle here, and no utility in points of a baseline. */
function curvesOfService(figure: Figure): Figure {
  return {
    ...figure,
    title: 'Learning curves of this service',
    caption:
      'Means of what each generation answered while it served, without what explored; quality counts judged answers only. Bands are 95% intervals. Dashed: what generation 0, the heuristic, came to. Regret is predicted: the utility of the best candidate less that of the chosen one. There is no oracle line: for live requests nobody knows the best answer.',
    panels: figure.panels.filter(({ title }) => !title.startsWith('Utility')),
    table: null,
  };
}
