import { useCallback, useMemo, useState } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { usePaged } from '../../api/paged.ts';
import { useAnswer } from '../../api/queries.ts';
import type { FilterName } from './filter.ts';

export type Call = AnswerOf<'listCalls'>['calls'][number];

const pageSize = 100;

/**
 * The calls that fit, the latest first. Those that come while somebody reads do not push the list away: they are counted,
 * and shown when asked for; while nobody has scrolled they are shown at once.
 */
export function useCalls({ since: spanMs, ...filter }: { [N in FilterName]?: string }) {
  const [until, setUntil] = useState<number>();
  const since = useMemo(
    () => (spanMs === undefined ? undefined : Math.floor(Date.now() / 60_000) * 60_000 - Number(spanMs)),
    [spanMs],
  );
  const query = { ...filter, since, until, limit: pageSize };
  const { answer, first, items, more } = usePaged('listCalls', query, {
    itemsOf: ({ calls }) => calls,
    next: ({ calls }) => (calls.length < pageSize ? undefined : { before: calls.at(-1)!.id }),
  });
  const hasScrolled = items.length > pageSize;
  const latest = items[0]?.id;
  const isHeld = until !== undefined;
  const { data: ahead } = useAnswer(
    'listCalls',
    { query: { ...filter, since: until, limit: 1_000 } },
    { enabled: isHeld, keep: true },
  );
  const onEnd = useCallback(() => {
    if (until === undefined && latest !== undefined) setUntil(Math.floor(latest / 1_000) + 1);
    more();
  }, [until, latest, more]);
  return {
    answer,
    first,
    calls: items,
    more: items.length >= pageSize ? onEnd : undefined,
    newer: isHeld && hasScrolled ? (ahead?.calls.length ?? 0) : 0,
    showNewer: () => setUntil(undefined),
  };
}

/** When a call ended, in epoch milliseconds: its id says it. */
export function endOf({ id }: Pick<Call, 'id'>): number {
  return id / 1_000;
}
