import { useSyncExternalStore } from 'react';
import { useFormat } from '../words/format.ts';

const tickMs = 10_000;
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tick = 0;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    tick++;
    for (const each of watchers) each();
  }, tickMs);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A point in time as what has passed since; the time itself when pointed at. */
export function When({ time }: { time: string | number }) {
  useSyncExternalStore(watch, () => tick);
  const format = useFormat();
  return (
    <time dateTime={new Date(time).toISOString()} title={format.moment(time)} className="whitespace-nowrap">
      {format.ago(time)}
    </time>
  );
}
