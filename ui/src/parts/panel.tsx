import type { ReactNode } from 'react';
import { classes } from './class-names.ts';

interface PanelProps {
  title?: ReactNode;
  /** At the right of the title. */
  aside?: ReactNode;
  /** Without room around what is in it, as for tables. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

/** A part of a page, with a frame. */
export function Panel({ title, aside, flush = false, className, children }: PanelProps) {
  return (
    <section className={classes('min-w-0 rounded-lg border border-line bg-panel', className)}>
      {(title !== undefined || aside !== undefined) && (
        <header className="flex min-h-10 flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
          {title !== undefined && <h2 className="font-semibold">{title}</h2>}
          {aside !== undefined && (
            <div className="flex flex-wrap items-center gap-2 text-ink-soft">{aside}</div>
          )}
        </header>
      )}
      <div className={flush ? '' : 'p-3'}>{children}</div>
    </section>
  );
}

/** A figure with its name, such as `12 ms median`. */
export function Figure({ name, value, note }: { name: ReactNode; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0">
      <div className="text-xs text-ink-soft">{name}</div>
      <div className="text-xl font-semibold tabular-nums">{value}</div>
      {note !== undefined && <div className="text-xs text-ink-soft">{note}</div>}
    </div>
  );
}

/** Names and what belongs to them, in two columns. */
export function Facts({ facts }: { facts: [name: ReactNode, value: ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order does not change
        <div key={index} className="contents">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
