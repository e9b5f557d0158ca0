import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { classes } from './class-names.ts';
import { useWide } from './wide.ts';

export interface Column<R> {
  id: string;
  head: ReactNode;
  cell: (row: R) => ReactNode;
  /** What rows are sorted by; without it they are not. */
  value?: (row: R) => string | number;
  /** As in CSS grids, such as `minmax(8rem, 2fr)` or `6rem`; what is left is shared evenly when left out. */
  width?: string;
  align?: 'right';
  /** Only where there is room. */
  wide?: boolean;
}

interface DataTableProps<R> {
  label: string;
  columns: Column<R>[];
  rows: R[];
  keyOf: (row: R) => string;
  /** What a click, or Enter, does. */
  onOpen?: (row: R) => void;
  /** Shown when there are no rows. */
  empty: ReactNode;
  /** In pixels; about so many rows are drawn as fit. */
  rowHeight?: number;
  /** As in CSS; the rows scroll within. */
  maxHeight?: string;
  /** Called when the end comes into sight. */
  onEnd?: () => void;
  isChosen?: (row: R) => boolean;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });
/** Rows that a key goes on or back; the ends are as far as there are rows. */
const steps: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  End: Number.POSITIVE_INFINITY,
  Home: Number.NEGATIVE_INFINITY,
};
/** Rows drawn beyond what is seen. */
const overscan = 12;

/** Rows and columns, sorted by a click on a head; only what is seen is drawn, so that there may be 100,000 rows. */
export function DataTable<R extends object>(props: DataTableProps<R>) {
  const { label, rows, keyOf, onOpen, empty, rowHeight = 36, maxHeight = '70dvh', onEnd, isChosen } = props;
  const isWide = useWide();
  const columns = props.columns.filter(({ wide }) => isWide || wide !== true);
  const template = columns.map(({ width = 'minmax(0, 1fr)' }) => width).join(' ');
  const byId = new Map(columns.map(column => [column.id, column]));
  const definitions = useMemo(
    () =>
      props.columns.map(
        ({ id, value }): ColumnDef<typeof features, R> => ({
          id,
          accessorFn: row => value?.(row) ?? '',
          enableSorting: value !== undefined,
          sortUndefined: 'last',
        }),
      ),
    [props.columns],
  );
  const table = useTable({ features, columns: definitions, data: rows, getRowId: keyOf });
  const sorted = table.getRowModel().rows;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
  });
  const drawn = virtual.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  const isAtEnd = sorted.length > 0 && last >= sorted.length - 1;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, onEnd]);

  const onKey = (event: KeyboardEvent<HTMLDivElement>, index: number) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' && onOpen) return onOpen(sorted[index]!.original);
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(sorted.length - 1, Math.max(0, index + step));
    virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus(),
    );
  };

  if (rows.length === 0) return empty;
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length}
      tabIndex={onOpen ? -1 : 0}
      className="min-w-0 overflow-auto"
      style={{ maxHeight }}
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-panel">
        <div
          role="row"
          tabIndex={-1}
          className="grid gap-3 px-3 py-1.5"
          style={{ gridTemplateColumns: template }}
        >
          {table.getFlatHeaders().map(header => {
            const column = byId.get(header.id);
            if (column === undefined) return null;
            const direction = header.column.getIsSorted();
            const Arrow = direction === 'asc' ? ArrowUp : ArrowDown;
            const look = classes(
              'min-w-0 text-xs font-medium text-ink-soft',
              column.align === 'right' && 'text-right',
            );
            return (
              <div
                key={header.id}
                role="columnheader"
                tabIndex={-1}
                className={look}
                aria-sort={direction === false ? undefined : direction === 'asc' ? 'ascending' : 'descending'}
              >
                {column.value === undefined ? (
                  column.head
                ) : (
                  <button
                    type="button"
                    className="inline-flex items-center gap-1 rounded hover:text-ink"
                    onClick={() => header.column.toggleSorting()}
                  >
                    {column.head}
                    {direction !== false && <Arrow size={12} aria-hidden />}
                  </button>
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {drawn.map(({ index, start, size }) => {
          const { original } = sorted[index]!;
          return (
            <div
              key={keyOf(original)}
              role="row"
              aria-rowindex={index + 1}
              data-index={index}
              tabIndex={onOpen ? 0 : -1}
              onClick={onOpen && (() => onOpen(original))}
              onKeyDown={event => onKey(event, index)}
              className={classes(
                'absolute inset-x-0 grid items-center gap-3 border-b border-line px-3 -outline-offset-2!',
                onOpen && 'cursor-pointer hover:bg-hover',
                isChosen?.(original) === true && 'bg-accent-ground',
              )}
              style={{ gridTemplateColumns: template, height: size, transform: `translateY(${start}px)` }}
            >
              {columns.map(({ id, cell, align }) => (
                <div
                  key={id}
                  role="cell"
                  className={classes('min-w-0 truncate', align === 'right' && 'text-right tabular-nums')}
                >
                  {cell(original)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
