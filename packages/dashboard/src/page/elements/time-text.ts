/** A moment in the reader's own time: of today only the time of day. */
import { now } from '../page-clock.ts';

export function timeText(at: string, reference: number = now()): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return at;
  const time = moment.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return moment.toDateString() === new Date(reference).toDateString() ? time : `${moment.toLocaleDateString()} ${time}`;
}

/** 1 min 5 s; 800 ms. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
