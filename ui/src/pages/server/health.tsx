import type { ReactNode } from 'react';
import { Badge } from '../../parts/badge.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { common } from '../../words/common.ts';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import type { Detail } from './detail.ts';
import { words } from './words.ts';

type Fact = [name: ReactNode, value: ReactNode];

/** Why a server is as it is: what was last heard of it, its breaker, who is logged in. */
export function Health({ server }: { server: Detail }) {
  const said = useWords(words);
  const facts = useFacts(server);
  return (
    <Panel title={said.why}>
      <div className="flex flex-col gap-3">
        {server.reason && (
          <div className="rounded-md bg-sunken p-2.5">
            <Foreign className="whitespace-pre-wrap">{server.reason}</Foreign>
            {server.help && <Foreign className="block text-ink-soft">{server.help}</Foreign>}
          </div>
        )}
        <Facts facts={facts} />
        {server.warnings.length > 0 && (
          <div>
            <h3 className="font-medium">{said.warnings}</h3>
            <ul className="list-disc pl-4 text-ink-soft">
              {server.warnings.slice(0, 20).map(warning => (
                <li key={warning}>
                  <Foreign>{warning}</Foreign>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Panel>
  );
}

function useFacts({ since, health, info, protocolVersion, listedAt, logins }: Detail): Fact[] {
  const said = useWords(words);
  const shared = useWords(common);
  const format = useFormat();
  const breaker = health?.breaker;
  const facts: (Fact | false | undefined)[] = [
    since !== undefined && [shared.since, <When key="since" time={since} />],
    health?.at !== undefined && [
      said.lastHeard,
      <span key="heard">
        <When time={health.at} />
        {health.by && ` ${said.by[health.by]}`}
        {health.reason && <Foreign className="block text-ink-soft">{health.reason}</Foreign>}
      </span>,
    ],
    health?.calledAt !== undefined && [said.lastCall, <When key="called" time={health.calledAt} />],
    breaker && [
      said.breaker,
      <span key="breaker" className="flex flex-wrap items-center gap-2">
        <Badge tone={breaker.state === 'closed' ? 'good' : 'warn'}>{said.breakers[breaker.state]}</Badge>
        {breaker.failures > 0 && said.failures(format.count(breaker.failures))}
        {breaker.retryInMs > 0 && said.retryIn(format.ms(breaker.retryInMs))}
      </span>,
    ],
    protocolVersion !== undefined && [said.protocol, protocolVersion],
    typeof info?.['version'] === 'string' && [
      said.version,
      <Foreign key="version">{`${String(info['name'] ?? '')} ${info['version']}`}</Foreign>,
    ],
    listedAt !== undefined && [said.listed, <When key="listed" time={listedAt} />],
    logins.length > 0 && [
      said.logins,
      <ul key="logins">
        {logins.map(({ principal, loggedIn, expiresAt, problem }) => (
          <li key={principal}>
            <Foreign>{principal}</Foreign>: {loggedIn ? said.loggedIn : said.expired}
            {expiresAt && (
              <>
                {' '}
                · <When time={expiresAt} />
              </>
            )}
            {problem && <Foreign className="block text-bad">{problem}</Foreign>}
          </li>
        ))}
      </ul>,
    ],
  ];
  return facts.filter(fact => fact !== false && fact !== undefined);
}
