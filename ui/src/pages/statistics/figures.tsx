import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Choice } from '../../parts/field.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

type Statistics = AnswerOf<'getStatistics'>;
type By = 'tool' | 'server' | 'client';
type Figures = Statistics['all'];

interface Row extends Figures {
  name: string;
  filter: { server?: string; tool?: string; client?: string };
}

/** The figures of each tool, server or client; a row opens its calls. */
export function FigureTable({ statistics }: { statistics: Statistics }) {
  const said = useWords(words);
  const { by = 'tool' } = useSearch({ from: '/statistics' });
  const navigate = useNavigate({ from: '/statistics' });
  const columns = useColumns();
  const rows = useMemo(() => rowsOf(statistics, by as By), [statistics, by]);
  return (
    <Panel
      title={said.calls}
      aside={
        <Choice
          aria-label={said.by}
          value={by}
          options={Object.entries(said.bys)}
          onChoose={chosen => void navigate({ search: before => ({ ...before, by: chosen }), replace: true })}
        />
      }
      flush
    >
      <DataTable
        label={said.calls}
        columns={columns}
        rows={rows}
        keyOf={({ name }) => name}
        onOpen={({ filter }) => void navigate({ to: '/calls', search: filter })}
        empty={null}
        maxHeight="50dvh"
      />
    </Panel>
  );
}

function rowsOf({ tools, servers, clients }: Statistics, by: By): Row[] {
  if (by === 'server')
    return servers.map(({ server, ...rest }) => ({ ...rest, name: server, filter: { server } }));
  if (by === 'client')
    return clients.map(({ client, principal, ...rest }) => ({
      ...rest,
      name: principal === 'local' ? client : `${client} (${principal})`,
      filter: { client },
    }));
  return tools.map(({ server, tool, ...rest }) => ({
    ...rest,
    name: `${server}.${tool}`,
    filter: { server, tool },
  }));
}

function useColumns(): Column<Row>[] {
  const said = useWords(words);
  const format = useFormat();
  return useMemo(() => {
    const number = (
      id: keyof Figures & string,
      head: string,
      shown: (value: number) => string,
      wide = true,
    ): Column<Row> => ({
      id,
      head,
      width: '6rem',
      align: 'right',
      wide,
      value: row => row[id] as number,
      cell: row => shown(row[id] as number),
    });
    return [
      {
        id: 'name',
        head: said.name,
        width: 'minmax(8rem, 2fr)',
        value: ({ name }) => name,
        cell: ({ name }) => <Foreign className="font-medium">{name}</Foreign>,
      },
      number('calls', said.calls, format.count, false),
      {
        id: 'errors',
        head: said.errorRate,
        width: '5rem',
        align: 'right',
        value: ({ failed, calls }) => failed / calls,
        cell: ({ failed, calls }) => (
          <span className={failed > 0 ? 'font-medium text-bad' : ''}>{format.percent(failed / calls)}</span>
        ),
      },
      {
        id: 'commonest',
        head: said.commonest,
        width: 'minmax(0, 1fr)',
        wide: true,
        cell: ({ errors: [first] }) =>
          first && <Foreign className="text-xs text-ink-soft">{first.code}</Foreign>,
      },
      number('medianMs', said.medianLine, format.ms),
      number('p95Ms', said.p95Line, format.ms),
      number('maxMs', said.max, format.ms),
      number('resultTokens', said.resultsShort, format.short),
      number('savedTokens', said.savedShort, format.short),
    ];
  }, [said, format]);
}
