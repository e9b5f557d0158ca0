import { PlugZap, X } from 'lucide-react';
import { useState } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Button } from '../../parts/button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Figure, Panel } from '../../parts/panel.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import type { Detail } from './detail.ts';
import { words } from './words.ts';

type Connection = AnswerOf<'listConnections'>['connections'][number];

/** Memory and idle time change without an event. */
const lookAgainMs = 5_000;

/** Who uses a server: its connections, their processes and memory. */
export function Connections({ server }: { server: Detail }) {
  const said = useWords(words);
  const [ending, setEnding] = useState<Connection>();
  const end = useChange('endConnection');
  const tell = useTell();
  const input = { params: { server: server.name } };
  const query = useAnswer('listConnections', input, { enabled: server.enabled, everyMs: lookAgainMs });
  const columns = useColumns(setEnding);
  const empty = (
    <Empty icon={PlugZap} title={said.noConnections}>
      {said.noConnectionsHelp}
    </Empty>
  );
  return (
    <div className="flex flex-col gap-4">
      {server.pool && <PoolFigures pool={server.pool} />}
      <Panel flush>
        {server.enabled ? (
          <Answered of={query}>
            {({ connections }) => (
              <DataTable
                label={said.tabs.connections}
                columns={columns}
                rows={connections}
                keyOf={({ id }) => String(id)}
                empty={empty}
              />
            )}
          </Answered>
        ) : (
          empty
        )}
      </Panel>
      <Confirm
        open={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={said.endTitle}
        action={said.end}
        onConfirm={() =>
          end.mutate(
            { params: { server: server.name, connection: String(ending!.id) } },
            { onError: tell.failed },
          )
        }
      >
        {said.endText}
      </Confirm>
    </div>
  );
}

function PoolFigures({ pool }: { pool: NonNullable<Detail['pool']> }) {
  const said = useWords(words);
  const format = useFormat();
  const names = ['busy', 'idle', 'spare', 'opening', 'waiting', 'started'] as const;
  const discarded = Object.entries(pool.discarded).filter(([, count]) => count > 0);
  return (
    <Panel>
      <div className="flex flex-wrap gap-x-8 gap-y-3">
        {names.map(name => (
          <Figure key={name} name={said.poolFigures[name]} value={format.count(pool[name])} />
        ))}
        {discarded.length > 0 && (
          <Figure
            name={said.discarded}
            value={format.count(discarded.reduce((sum, [, count]) => sum + count, 0))}
            note={discarded.map(([reason, count]) => `${reason} ${format.count(count)}`).join(', ')}
          />
        )}
      </div>
    </Panel>
  );
}

function useColumns(onEnd: (connection: Connection) => void): Column<Connection>[] {
  const said = useWords(words);
  const format = useFormat();
  return [
    {
      id: 'client',
      head: said.client,
      width: 'minmax(6rem, 1fr)',
      value: ({ client = '' }) => client,
      cell: ({ client, session }) =>
        client !== undefined ? (
          <Foreign>{client}</Foreign>
        ) : (
          <span className="text-ink-soft">{session ?? said.everybody}</span>
        ),
    },
    {
      id: 'pid',
      head: said.pid,
      width: '5rem',
      align: 'right',
      value: ({ pid = 0 }) => pid,
      cell: ({ pid }) => pid,
    },
    {
      id: 'memory',
      head: said.memory,
      width: '5.5rem',
      align: 'right',
      value: ({ memoryMb = 0 }) => memoryMb,
      cell: ({ memoryMb }) => memoryMb !== undefined && `${format.count(memoryMb)} MB`,
    },
    {
      id: 'busy',
      head: said.busy,
      width: '4.5rem',
      align: 'right',
      value: ({ busy }) => busy,
      cell: ({ busy }) => busy,
    },
    {
      id: 'uses',
      head: said.uses,
      width: '4.5rem',
      align: 'right',
      wide: true,
      value: ({ uses }) => uses,
      cell: ({ uses }) => format.count(uses),
    },
    {
      id: 'age',
      head: said.age,
      width: '5rem',
      align: 'right',
      wide: true,
      value: ({ ageMs }) => ageMs,
      cell: ({ ageMs }) => format.ms(ageMs),
    },
    {
      id: 'idle',
      head: said.idle,
      width: '5rem',
      align: 'right',
      wide: true,
      value: ({ idleMs }) => idleMs,
      cell: ({ idleMs }) => format.ms(idleMs),
    },
    {
      id: 'end',
      head: <span className="sr-only">{said.end}</span>,
      width: '2.5rem',
      align: 'right',
      cell: connection => (
        <Button
          look="quiet"
          icon={X}
          aria-label={`${said.end} ${connection.id}`}
          onClick={() => onEnd(connection)}
        />
      ),
    },
  ];
}
