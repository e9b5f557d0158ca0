import type { ReactNode } from 'react';
import type { Tone } from './badge.tsx';
import { classes } from './class-names.ts';

const tones: Record<Tone, string> = {
  neutral: 'bg-line-strong',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  accent: 'bg-accent',
};

export interface Bar {
  name: ReactNode;
  value: number;
  /** What stands at its end. */
  shown: string;
  tone?: Tone;
}

/** Values side by side, as long as they are large. */
export function Bars({ bars }: { bars: Bar[] }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <div className="grid grid-cols-[max-content_minmax(0,1fr)_max-content] items-center gap-x-3 gap-y-1.5">
      {bars.map(({ name, value, shown, tone = 'accent' }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is part of what is shown
        <div key={index} className="contents">
          <div className="max-w-48 truncate text-ink-soft">{name}</div>
          <div className="h-3 rounded-sm bg-sunken">
            <div
              className={classes('h-full min-w-px rounded-sm', tones[tone])}
              style={{ width: `${(value / most) * 100}%` }}
            />
          </div>
          <div className="text-right tabular-nums">{shown}</div>
        </div>
      ))}
    </div>
  );
}
