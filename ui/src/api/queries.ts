import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type AnswerOf, type ApiError, ask, type InputOf, type RequestId } from './client.ts';

interface Options {
  /** False: not asked yet. */
  enabled?: boolean;
  /** Keeps showing the answer to the last question while the next one is under way. */
  keep?: boolean;
  /** Asks again after so many milliseconds, for what no event tells of. */
  everyMs?: number;
}

/** What a request answers, kept up to date by events (see events.ts). */
export function useAnswer<I extends RequestId>(
  id: I,
  input: InputOf<I>,
  { enabled = true, keep = false, everyMs }: Options = {},
): UseQueryResult<AnswerOf<I>, ApiError> {
  return useQuery<AnswerOf<I>, ApiError>({
    queryKey: [id, input],
    queryFn: ({ signal }) => ask(id, input, signal),
    enabled,
    ...(keep && { placeholderData: keepPreviousData }),
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });
}

/** A request that changes something; everything that is shown is asked anew afterwards. */
export function useChange<I extends RequestId>(id: I): UseMutationResult<AnswerOf<I>, ApiError, InputOf<I>> {
  const client = useQueryClient();
  return useMutation<AnswerOf<I>, ApiError, InputOf<I>>({
    mutationFn: input => ask(id, input),
    onSettled: () => void client.invalidateQueries(), // nobody waits for what is asked anew
  });
}
