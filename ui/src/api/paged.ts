import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type AnswerOf, type ApiError, ask, type InputOf, type RequestId } from './client.ts';

interface PagedOptions<I extends RequestId, T> {
  /** What there is of an answer. */
  itemsOf: (answer: AnswerOf<I>) => T[];
  /** What the query of the next page has beside the others; undefined behind the last one. */
  next: (last: AnswerOf<I>, all: AnswerOf<I>[]) => Record<string, unknown> | undefined;
}

/** The answers to a request that has pages, one after the other as they are looked for. */
export function usePaged<I extends RequestId, T>(
  id: I,
  query: object,
  { itemsOf, next }: PagedOptions<I, T>,
) {
  const answer = useInfiniteQuery<
    AnswerOf<I>,
    ApiError,
    AnswerOf<I>[],
    readonly unknown[],
    Record<string, unknown>
  >({
    queryKey: [id, 'pages', query],
    initialPageParam: {},
    queryFn: ({ pageParam, signal }) =>
      ask(id, { query: { ...query, ...pageParam } } as unknown as InputOf<I>, signal),
    getNextPageParam: (last, all) => next(last, all),
    select: ({ pages }) => pages,
    placeholderData: keepPreviousData,
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = answer;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { answer, first: data?.[0], items: data?.flatMap(itemsOf) ?? [], more };
}
