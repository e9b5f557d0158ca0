import type { Column } from '../../parts/data-table.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { OutcomeBadge } from '../../parts/state.tsx';
import { When } from '../../parts/when.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { type Call, endOf } from './calls.ts';
import { words } from './words.ts';

export function useCallColumns(): Column<Call>[] {
  const said = useWords(words);
  const format = useFormat();
  return [
    { id: 'when', head: said.when, width: '6.5rem', cell: call => <When time={endOf(call)} /> },
    {
      id: 'call',
      head: said.call,
      width: 'minmax(8rem, 2fr)',
      cell: ({ server, tool, method }) => (
        <span title={visible(`${server}.${tool ?? method}`)}>
          <Foreign className="text-ink-soft">{`${server}.`}</Foreign>
          <Foreign className="font-medium">{tool ?? method}</Foreign>
        </span>
      ),
    },
    {
      id: 'client',
      head: said.client,
      width: 'minmax(5rem, 1fr)',
      wide: true,
      cell: ({ client }) => <Foreign>{client}</Foreign>,
    },
    {
      id: 'outcome',
      head: said.outcome,
      width: 'minmax(5.5rem, 1.4fr)',
      cell: ({ outcome, code, error }) => (
        <span className="flex min-w-0 items-center gap-2" title={visible(error ?? '')}>
          <OutcomeBadge outcome={outcome} />
          {code !== undefined && (
            <span className="truncate text-xs text-ink-soft">
              <Foreign>{String(code)}</Foreign>
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'took',
      head: said.took,
      width: '5rem',
      align: 'right',
      wide: true,
      cell: ({ ms }) => format.ms(ms),
    },
    {
      id: 'tokens',
      head: said.tokens,
      width: '8rem',
      align: 'right',
      wide: true,
      cell: ({ argumentTokens, resultTokens }) =>
        resultTokens !== undefined && `${format.short(argumentTokens ?? 0)} / ${format.short(resultTokens)}`,
    },
  ];
}
