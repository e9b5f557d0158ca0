import { useEffect, useRef, useState } from 'react';
import { type AnswerOf, ApiError, ask } from '../../api/client.ts';
import type { Detail } from './page.tsx';

export type Run =
  | { kind: 'idle' | 'running' | 'cancelled' }
  | { kind: 'done'; answer: AnswerOf<'tryTool'> }
  | { kind: 'failed'; error: ApiError };

/** One call of a tool at a time; it ends with the page. */
export function useRun({ server, name }: Detail) {
  const [state, setState] = useState<Run>({ kind: 'idle' });
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);

  const run = (given: Record<string, unknown>) => {
    const own = new AbortController();
    controller.current = own;
    setState({ kind: 'running' });
    ask('tryTool', { params: { server, tool: name }, body: { arguments: given } }, own.signal)
      .then(answer => setState({ kind: 'done', answer }))
      .catch((error: unknown) => {
        if (own.signal.aborted) setState({ kind: 'cancelled' });
        else if (error instanceof ApiError) setState({ kind: 'failed', error });
      });
  };
  return { state, run, cancel: () => controller.current?.abort() };
}
