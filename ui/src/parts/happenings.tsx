import { Link } from '@tanstack/react-router';
import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { AnswerOf } from '../api/client.ts';
import { Foreign } from './foreign.tsx';
import { When } from './when.tsx';

type Happening = AnswerOf<'listHappenings'>['happenings'][number];

const looks = {
  info: [Info, 'text-ink-soft'],
  warn: [TriangleAlert, 'text-warn'],
  error: [CircleX, 'text-bad'],
} as const;

/** What happened, the latest first. `times` says how often, where it was more than once. */
export function HappeningList({
  happenings,
  times,
}: {
  happenings: Happening[];
  times: (count: number) => string;
}) {
  return (
    <ol className="divide-y divide-line">
      {happenings.map(({ id, at, level, server, text, count }) => {
        const [Icon, color] = looks[level];
        return (
          <li key={id} className="flex items-baseline gap-2 px-3 py-1.5">
            <Icon size={13} aria-label={level} className={`shrink-0 translate-y-0.5 ${color}`} />
            <span className="min-w-0 flex-1">
              {server !== undefined && (
                <Link
                  to="/servers/$server"
                  params={{ server }}
                  className="font-medium underline decoration-line-strong underline-offset-2"
                >
                  <Foreign>{server}</Foreign>
                </Link>
              )}{' '}
              <Foreign>{text}</Foreign>
              {count > 1 && <span className="text-ink-soft"> · {times(count)}</span>}
            </span>
            <span className="shrink-0 text-xs text-ink-soft">
              <When time={at} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
