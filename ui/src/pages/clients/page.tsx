import { Monitor, X } from 'lucide-react';
import { useState } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Button } from '../../parts/button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { When } from '../../parts/when.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { Connect } from './connect.tsx';
import { words } from './words.ts';

type Session = AnswerOf<'listSessions'>['sessions'][number];

/** Connections to servers change without an event of their own. */
const lookAgainMs = 10_000;

/** Who is connected, what they can do, and which connections to servers are theirs. */
export function Clients() {
  const said = useWords(words);
  const [ending, setEnding] = useState<Session>();
  const end = useChange('endSession');
  const tell = useTell();
  const answer = useAnswer('listSessions', {}, { everyMs: lookAgainMs });
  const columns = useColumns(setEnding);
  const name = visible(ending?.client ?? '');
  return (
    <Page title={said.title}>
      <Panel title={said.title} aside={<span className="text-xs">{said.stdio}</span>} flush>
        <Answered of={answer}>
          {({ sessions }) => (
            <DataTable
              label={said.title}
              columns={columns}
              rows={sessions}
              keyOf={({ id }) => id}
              empty={
                <Empty icon={Monitor} title={said.empty}>
                  {said.emptyHelp}
                </Empty>
              }
            />
          )}
        </Answered>
      </Panel>
      <Connect />
      <Confirm
        open={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={said.endTitle(name)}
        action={said.end}
        onConfirm={() =>
          end.mutate(
            { params: { session: ending!.id } },
            { onSuccess: () => tell.done(said.ended(name)), onError: tell.failed },
          )
        }
      >
        {said.endText}
      </Confirm>
    </Page>
  );
}

function useColumns(onEnd: (session: Session) => void): Column<Session>[] {
  const said = useWords(words);
  return [
    {
      id: 'client',
      head: said.client,
      width: 'minmax(7rem, 1.5fr)',
      value: ({ client }) => client,
      cell: ({ client }) => <Foreign className="font-medium">{client}</Foreign>,
    },
    {
      id: 'principal',
      head: said.principal,
      width: 'minmax(4rem, 1fr)',
      value: ({ principal }) => principal,
      cell: ({ principal }) => <Foreign>{principal}</Foreign>,
    },
    {
      id: 'era',
      head: said.era,
      width: '8rem',
      wide: true,
      value: ({ era }) => era,
      cell: ({ era }) => said.eras[era],
    },
    {
      id: 'transport',
      head: said.transport,
      width: '5.5rem',
      wide: true,
      cell: ({ transport }) => transport,
    },
    {
      id: 'declared',
      head: said.declared,
      width: 'minmax(0, 1.2fr)',
      wide: true,
      cell: ({ capabilities = {} }) => (
        <span className="text-xs text-ink-soft">
          <Foreign>{Object.keys(capabilities).join(', ') || said.nothing}</Foreign>
        </span>
      ),
    },
    {
      id: 'owns',
      head: said.owns,
      width: 'minmax(0, 1.5fr)',
      wide: true,
      cell: ({ servers }) => (
        <span className="text-xs">
          <Foreign>
            {servers
              .map(({ server, connections }) => (connections > 1 ? `${server} ×${connections}` : server))
              .join(', ') || said.nothing}
          </Foreign>
        </span>
      ),
    },
    {
      id: 'seen',
      head: said.seen,
      width: '6.5rem',
      align: 'right',
      value: ({ lastSeenAt = '' }) => lastSeenAt,
      cell: ({ lastSeenAt, openedAt }) => {
        const time = lastSeenAt ?? openedAt;
        return time && <When time={time} />;
      },
    },
    {
      id: 'end',
      head: <span className="sr-only">{said.end}</span>,
      width: '2.5rem',
      align: 'right',
      cell: session => (
        <Button
          look="quiet"
          icon={X}
          aria-label={`${said.end}: ${visible(session.client)}`}
          onClick={() => onEnd(session)}
        />
      ),
    },
  ];
}
