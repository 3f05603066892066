/** The strategy heatmap as a film over the generations, which a reader starts, stops and moves through. */
import type { HeatmapFilm, Summary } from '@ratchet/harness/figures';
import { useEffect, useState } from 'preact/hooks';
import { loadDrawings } from '../elements/figure-view.tsx';
import { Markup } from '../elements/markup.tsx';
import { Empty, Loading } from '../elements/states.tsx';
import { changeSettings, currentPlace } from '../navigation/current-place.ts';
import { later } from '../page-clock.ts';
import { reconnections, reportLost } from '../service/connection.ts';

/** Milliseconds that a generation stands. */
const frameMs = 900;

export function HeatmapFilmView({ summary, what }: { readonly summary: Summary; readonly what: string }) {
  const [film, setFilm] = useState<HeatmapFilm | null | undefined>(null);
  const back = reconnections.value;
  useEffect(() => {
    loadDrawings().then(({ heatmapFilm }) => setFilm(heatmapFilm(summary)), reportLost);
  }, [summary, back]);
  return (
    <section class="card film" aria-labelledby="film-title">
      <h2 id="film-title">Strategy by task family, generation by generation</h2>
      <p class="soft">Share of {what} within each family; the stronger the colour, the more. A row adds up to 100%.</p>
      {film === null ? (
        <Loading what="the drawing" />
      ) : film === undefined ? (
        <Empty title="No decisions yet">There is nothing to count.</Empty>
      ) : (
        <Film film={film} />
      )}
    </section>
  );
}

function Film({ film }: { readonly film: HeatmapFilm }) {
  const { generations, frame } = film;
  const wanted = Number(currentPlace.value.query['generation'] ?? generations.at(-1));
  const found = generations.indexOf(wanted);
  const index = found < 0 ? generations.length - 1 : found;
  const generation = generations[index] as number;
  const [html, setHtml] = useState('');
  const [playing, setPlaying] = useState(false);
  const show = (position: number): void => changeSettings({ generation: String(generations[position]) });
  useEffect(() => {
    let gone = false;
    frame(generation).then((svg) => gone || setHtml(svg));
    return () => {
      gone = true;
    };
  }, [frame, generation]);
  useEffect(() => {
    if (!playing) return;
    if (index === generations.length - 1) {
      setPlaying(false);
      return;
    }
    return later(frameMs, () => show(index + 1));
  }, [playing, index]);
  const play = (): void => {
    if (!playing && index === generations.length - 1) show(0);
    setPlaying(!playing);
  };
  return (
    <>
      <div class="actions film-controls">
        <button type="button" onClick={play} aria-pressed={playing} disabled={generations.length < 2}>
          {playing ? 'Pause' : 'Play'}
        </button>
        <input
          type="range"
          min={0}
          max={generations.length - 1}
          value={index}
          disabled={generations.length < 2}
          aria-label="Generation that is shown"
          aria-valuetext={`Generation ${generation}`}
          onInput={(event) => {
            setPlaying(false);
            show(event.currentTarget.valueAsNumber);
          }}
        />
        <output aria-live={playing ? 'off' : 'polite'}>
          Generation <strong>{generation}</strong> of {generations.at(-1)}
        </output>
      </div>
      <div class="report film-frame">
        <Markup html={html} morphs />
      </div>
    </>
  );
}
