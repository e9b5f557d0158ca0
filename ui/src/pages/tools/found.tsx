import { SearchX } from 'lucide-react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Code } from '../../parts/code.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { keyOfTool, useOpenTool, useToolColumns } from './all.tsx';
import { words } from './words.ts';

type Hit = AnswerOf<'searchTools'>['hits'][number];

/** What a search finds, why, and what a model would be told. */
export function FoundTools({ query, server }: { query: string; server: string | undefined }) {
  const said = useWords(words);
  const format = useFormat();
  const open = useOpenTool();
  const [name] = useToolColumns();
  const answer = useAnswer('searchTools', { query: { query, server, limit: 50 } }, { keep: true });
  const columns: Column<Hit>[] = [
    name as Column<Hit>,
    {
      id: 'score',
      head: said.score,
      width: '4rem',
      align: 'right',
      value: ({ score }) => score,
      cell: ({ score }) => score.toFixed(2),
    },
    { id: 'why', head: said.why, width: 'minmax(0, 2fr)', wide: true, cell: hit => <Why hit={hit} /> },
  ];
  return (
    <Answered of={answer}>
      {({ hits, reply, tokens, ms }) => (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)]">
          <Panel title={said.title} aside={hits.length} flush>
            <DataTable
              label={said.title}
              columns={columns}
              rows={hits}
              keyOf={keyOfTool}
              onOpen={open}
              empty={
                <Empty icon={SearchX} title={said.noneFound}>
                  {said.noneFoundHelp}
                </Empty>
              }
            />
          </Panel>
          <Panel
            title={said.reply}
            aside={<span className="text-xs">{said.replyTokens(format.count(tokens), format.ms(ms))}</span>}
          >
            <Code text={reply} label={said.reply} />
          </Panel>
        </div>
      )}
    </Answered>
  );
}

/** The words of the query that a tool has, each with where it has them. */
function Why({ hit: { matched } }: { hit: Hit }) {
  const said = useWords(words);
  if (matched.length === 0) return <span className="text-ink-soft">{said.byMeaning}</span>;
  const fields = new Map<string, string[]>();
  for (const { word, field } of matched)
    fields.set(word, [...(fields.get(word) ?? []), said.fields[field] ?? field]);
  const all = [...fields].map(([word, places]) => `${word}: ${places.join(', ')}`).join('; ');
  return (
    <span className="flex gap-1.5" title={all}>
      {[...fields].map(([word, [place, ...more]]) => (
        <Badge key={word} tone="accent">
          <Foreign>{word}</Foreign>
          <span className="font-normal">
            {place}
            {more.length > 0 && ` +${more.length}`}
          </span>
        </Badge>
      ))}
    </span>
  );
}
