import type { AnswerOf } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

export type Problems = AnswerOf<'checkConfiguration'>;
export type Place = Pick<Problems['errors'][number], 'line' | 'column'>;

interface ProblemListProps {
  problems: Problems;
  /** It is of a text that has changed since. */
  isOld: boolean;
  onGo: (place: Place) => void;
}

/** What is wrong with a text, and where; a click goes there. */
export function ProblemList({ problems: { errors, warnings }, isOld, onGo }: ProblemListProps) {
  const said = useWords(words);
  const all = [
    ...errors.map(each => ({ ...each, isError: true })),
    ...warnings.map(each => ({ ...each, isError: false })),
  ];
  return (
    <Panel
      title={said.problems}
      aside={<span role="status">{isOld ? said.checking : all.length}</span>}
      flush
    >
      {all.length === 0 ? (
        <p className="p-3 text-ink-soft">{said.noProblems}</p>
      ) : (
        <ul className="divide-y divide-line">
          {all.map(({ line, column, message, isError }) => (
            <li key={`${line}:${column}:${message}`}>
              <button
                type="button"
                onClick={() => onGo({ line, column })}
                className="flex w-full items-baseline gap-3 px-3 py-1.5 text-left hover:bg-hover"
              >
                <span className="w-14 shrink-0 font-mono text-xs text-ink-soft tabular-nums">
                  {line}:{column}
                </span>
                <Badge tone={isError ? 'bad' : 'warn'}>{isError ? said.error : said.warning}</Badge>
                <Foreign className="min-w-0 flex-1">{message}</Foreign>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
