import { useVirtualizer } from '@tanstack/react-virtual';
import { ScrollText } from 'lucide-react';
import { type UIEvent, useEffect, useRef } from 'react';
import { Empty } from '../../parts/answer.tsx';
import { classes } from '../../parts/class-names.ts';
import { useWide } from '../../parts/wide.ts';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import type { Line } from './lines.ts';
import { words } from './words.ts';

const rowHeight = 24;
/** So near to the end, in pixels, is at the end. */
const near = 40;
/** Characters of a line in the list; all of it is shown when it is opened. */
const longest = 500;

const colors: Record<string, string> = { error: 'text-bad', warn: 'text-warn', debug: 'text-ink-soft' };

interface TailProps {
  lines: Line[];
  /** Marked where it stands. */
  wanted: string;
  /** Whether the end is kept in sight. */
  follows: boolean;
  onScrolled: (isAtEnd: boolean) => void;
  onOpen: (line: Line) => void;
}

/** Lines, the latest at the end; only those in sight are drawn. */
export function Tail({ lines, wanted, follows, onScrolled, onOpen }: TailProps) {
  const said = useWords(words);
  const format = useFormat();
  const isWide = useWide();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  const last = lines.at(-1)?.number;
  useEffect(() => {
    if (follows && last !== undefined) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [follows, last]);
  const scrolled = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent<HTMLDivElement>) =>
    onScrolled(scrollHeight - scrollTop - clientHeight < near);
  if (lines.length === 0)
    return (
      <Empty icon={ScrollText} title={said.empty}>
        {said.emptyHelp}
      </Empty>
    );
  return (
    <div
      ref={scroller}
      onScroll={scrolled}
      tabIndex={0}
      role="log"
      aria-label={said.title}
      aria-live="off"
      className="h-[68dvh] overflow-auto font-mono text-xs"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const line = lines[index]!;
          return (
            <button
              key={line.number}
              type="button"
              onClick={() => onOpen(line)}
              className={classes(
                'absolute inset-x-0 grid items-center gap-3 px-3 text-left whitespace-nowrap -outline-offset-2! hover:bg-hover',
                isWide ? 'grid-cols-[5rem_3rem_8rem_minmax(0,1fr)]' : 'grid-cols-[4.5rem_minmax(0,1fr)]',
                colors[line.level],
              )}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              <span className="text-ink-soft">{line.time !== '' && format.clock(line.time)}</span>
              {isWide && <span>{line.level}</span>}
              {isWide && <bdi className="truncate text-ink-soft">{visible(line.server ?? said.gateway)}</bdi>}
              <bdi className="truncate">
                <Marked text={visible(line.message.slice(0, longest))} wanted={wanted} />
              </bdi>
            </button>
          );
        })}
      </div>
    </div>
  );
}

function Marked({ text, wanted }: { text: string; wanted: string }) {
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted.toLowerCase());
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="bg-warn-ground text-warn">{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </>
  );
}
