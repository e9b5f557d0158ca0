import { useNavigate } from '@tanstack/react-router';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { State } from '../../parts/state.tsx';
import { common } from '../../words/common.ts';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import type { ServerRow } from './rows.ts';
import { words } from './words.ts';

/** Every server in a row; a row opens its page. */
export function ServerTable({ rows }: { rows: ServerRow[] }) {
  const columns = useColumns();
  const said = useWords(words);
  const navigate = useNavigate();
  return (
    <DataTable
      label={said.servers}
      columns={columns}
      rows={rows}
      keyOf={({ server }) => server.name}
      onOpen={({ server }) => void navigate({ to: '/servers/$server', params: { server: server.name } })}
      empty={null}
      rowHeight={40}
    />
  );
}

function useColumns(): Column<ServerRow>[] {
  const said = useWords(words);
  const { server, state } = useWords(common);
  const format = useFormat();
  return [
    {
      id: 'server',
      head: server,
      width: 'minmax(7rem, 1.3fr)',
      value: row => row.server.name,
      cell: row => (
        <span className="font-medium" title={visible(row.server.name)}>
          <Foreign>{row.server.name}</Foreign>
        </span>
      ),
    },
    {
      id: 'state',
      head: state,
      width: 'minmax(7.5rem, 2fr)',
      value: row => row.server.state,
      cell: row => (
        <span className="flex min-w-0 items-center gap-2" title={visible(row.server.reason ?? '')}>
          <State state={row.server.state} />
          <span className="truncate text-xs text-ink-soft">
            {row.server.state !== 'ready' && row.server.reason && <Foreign>{row.server.reason}</Foreign>}
          </span>
        </span>
      ),
    },
    {
      id: 'tools',
      head: said.tools,
      width: '4rem',
      align: 'right',
      value: row => row.server.tools.enabled,
      cell: row => (
        <span
          className={row.server.fresh ? '' : 'text-ink-soft'}
          title={row.server.fresh ? '' : said.oldListing}
        >
          {format.count(row.server.tools.enabled)}
        </span>
      ),
    },
    {
      id: 'pool',
      head: <span title={said.poolHelp}>{said.pool}</span>,
      width: '7rem',
      align: 'right',
      wide: true,
      value: row => row.server.pool?.total ?? 0,
      cell: ({ server: { pool, calls } }) =>
        pool && (
          <span title={said.poolHelp}>
            {pool.busy} / {pool.idle} / {pool.spare}
            {calls.waiting > 0 && (
              <span className="ml-1 text-warn">{said.waiting(format.count(calls.waiting))}</span>
            )}
          </span>
        ),
    },
    {
      id: 'latency',
      head: said.latency,
      width: '9rem',
      align: 'right',
      wide: true,
      value: row => row.figures?.medianMs ?? -1,
      cell: ({ figures }) => figures && `${format.ms(figures.medianMs)} / ${format.ms(figures.p95Ms)}`,
    },
    {
      id: 'errors',
      head: said.errorRate,
      width: '4.5rem',
      align: 'right',
      wide: true,
      value: row => (row.figures ? row.figures.failed / row.figures.calls : -1),
      cell: ({ figures }) =>
        figures && (
          <span className={figures.failed > 0 ? 'font-medium text-bad' : ''}>
            {format.percent(figures.failed / figures.calls)}
          </span>
        ),
    },
    {
      id: 'calls',
      head: said.perMinute,
      width: '11rem',
      wide: true,
      value: row => row.figures?.calls ?? 0,
      cell: ({ calls, failed, figures }) => (
        <Sparkline values={calls} bad={failed} label={said.callsInHour(format.count(figures?.calls ?? 0))} />
      ),
    },
  ];
}
