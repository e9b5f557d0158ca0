import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import type { Call } from './calls.ts';
import { words } from './words.ts';

/** Where the time of a call went, drawn to scale. */
export function Timeline({ call: { ms, queueMs, upstreamMs, attempts, cached } }: { call: Call }) {
  const said = useWords(words);
  const format = useFormat();
  const ours = Math.max(0, ms - queueMs - upstreamMs);
  const parts = [
    { name: said.queue, ms: queueMs, color: 'bg-warn' },
    { name: said.upstream, ms: upstreamMs, color: 'bg-accent' },
    { name: said.rest, ms: ours, color: 'bg-line-strong' },
  ];
  const notes = [attempts > 1 && said.attempts(format.count(attempts)), cached && said.cached(cached)];
  return (
    <section>
      <h3 className="mb-1.5 flex items-baseline gap-2 font-semibold">
        {said.timeline}
        <span className="text-xs font-normal text-ink-soft">{notes.filter(Boolean).join(', ')}</span>
      </h3>
      <div aria-hidden className="flex h-4 overflow-hidden rounded bg-sunken">
        {parts.map(({ name, ms: part, color }) => (
          <div key={name} className={color} style={{ width: `${ms === 0 ? 0 : (part / ms) * 100}%` }} />
        ))}
      </div>
      <dl className="mt-1.5 flex flex-wrap gap-x-6 gap-y-1">
        {parts.map(({ name, ms: part, color }) => (
          <div key={name} className="flex items-center gap-1.5">
            <span aria-hidden className={`size-2.5 rounded-sm ${color}`} />
            <dt className="text-ink-soft">{name}</dt>
            <dd className="tabular-nums">{format.ms(part)}</dd>
          </div>
        ))}
        <div className="flex items-center gap-1.5">
          <dt className="text-ink-soft">{said.all}</dt>
          <dd className="font-medium tabular-nums">{format.ms(ms)}</dd>
        </div>
      </dl>
    </section>
  );
}
