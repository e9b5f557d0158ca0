import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { useServerActions } from '../../api/server-actions.ts';
import { Button } from '../../parts/button.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

type Server = AnswerOf<'listServers'>['servers'][number];
type Status = AnswerOf<'getStatus'>;

const linkLook =
  'inline-flex min-h-7 items-center rounded-md border border-line-strong bg-panel px-2.5 py-1 font-medium hover:bg-hover';

interface AttentionProps {
  servers: Server[];
  status: Status | undefined;
  history: AnswerOf<'getStatistics'>['history'] | undefined;
}

/** What somebody should see to, with what to do beside it; nothing where all is well. */
export function Attention({ servers, status, history }: AttentionProps) {
  const { attention } = useWords(words);
  const sick = servers.filter(needsAttention);
  const { refused, restart = [] } = status?.configuration ?? {};
  const isLost = history?.reason !== undefined;
  if (sick.length === 0 && refused === undefined && restart.length === 0 && !isLost) return null;
  return (
    <Panel
      title={
        <span className="flex items-center gap-2 text-warn">
          <TriangleAlert size={16} aria-hidden />
          {attention.title}
        </span>
      }
      flush
    >
      <ul className="divide-y divide-line">
        {refused && (
          <Item
            actions={
              <Link to="/configuration" className={linkLook}>
                {attention.configuration}
              </Link>
            }
            detail={refused.problems.join('\n')}
          >
            {attention.refused}
          </Item>
        )}
        {restart.length > 0 && (
          <Item>
            {attention.restart} {restart.join(', ')}
          </Item>
        )}
        {isLost && <Item detail={history.reason ?? ''}>{attention.history}</Item>}
        {sick.map(server => (
          <SickServer key={server.name} server={server} />
        ))}
      </ul>
    </Panel>
  );
}

function needsAttention({ state, health }: Server): boolean {
  return ['failed', 'needs_auth', 'degraded'].includes(state) || health?.breaker.state === 'open';
}

function SickServer({ server }: { server: Server }) {
  const { attention } = useWords(words);
  const format = useFormat();
  const actions = useServerActions(server.name);
  const { breaker } = server.health ?? {};
  const what =
    server.state === 'failed' || server.state === 'needs_auth' || server.state === 'degraded'
      ? attention[server.state]
      : attention.breaker(format.count(breaker?.failures ?? 0));
  return (
    <Item
      detail={[server.reason, server.help].filter(Boolean).join('\n')}
      actions={
        <>
          {server.state === 'needs_auth' ? (
            <Button look="primary" onClick={actions.logIn}>
              {attention.logIn}
            </Button>
          ) : (
            <Button busy={actions.isBusy} onClick={actions.restart}>
              {attention.restartIt}
            </Button>
          )}
          <Link to="/logs" search={{ server: server.name }} className={linkLook}>
            {attention.logs}
          </Link>
        </>
      }
    >
      <Link
        to="/servers/$server"
        params={{ server: server.name }}
        className="font-semibold underline decoration-line-strong underline-offset-2"
      >
        <Foreign>{server.name}</Foreign>
      </Link>{' '}
      {what}
    </Item>
  );
}

function Item({
  children,
  detail = '',
  actions,
}: {
  children: ReactNode;
  detail?: string;
  actions?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-3 py-2">
      <div className="min-w-0 flex-1 basis-72">
        <div>{children}</div>
        {detail !== '' && (
          <Foreign className="line-clamp-4 text-xs whitespace-pre-wrap text-ink-soft">{detail}</Foreign>
        )}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </li>
  );
}
