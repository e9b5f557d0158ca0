import { Link } from '@tanstack/react-router';
import { Lightbulb } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { useServerActions } from '../../api/server-actions.ts';
import { Button } from '../../parts/button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { words } from './words.ts';

type Statistics = AnswerOf<'getStatistics'>;

/** From these on something is worth a word. */
const worth = { failedShare: 0.5, failedCalls: 3, savedTokens: 1_000, resultTokens: 4_000 };
const mostOfAKind = 5;

const linkLook = 'shrink-0 text-accent underline underline-offset-2';

/** What to disable, compress or look at, with the numbers that say so. */
export function Advice({ statistics }: { statistics: Statistics }) {
  const { advice } = useWords(words);
  const format = useFormat();
  const { data: servers } = useAnswer('listServers', {});
  const { data: menu } = useAnswer('getMenu', {});
  const { data: tokens } = useAnswer('getTokens', {});
  const called = new Set(statistics.servers.map(({ server }) => server));
  const allTools = servers?.servers.reduce((sum, { tools }) => sum + tools.enabled, 0) ?? 0;
  const unused = (servers?.servers ?? []).filter(
    ({ name, enabled, tools }) => enabled && tools.enabled > 0 && !called.has(name),
  );
  const failing = statistics.tools.filter(
    ({ calls, failed }) => failed >= worth.failedCalls && failed / calls >= worth.failedShare,
  );
  const large = statistics.tools.filter(
    ({ calls, resultTokens }) => resultTokens / calls >= worth.resultTokens,
  );
  const uncompressed = (tokens?.clients ?? [])
    .flatMap(({ tools }) => tools)
    .filter(({ wouldSave }) => wouldSave >= worth.savedTokens);

  const items: ReactNode[] = [
    ...failing.slice(0, mostOfAKind).map(({ server, tool, calls, failed }) => (
      <Item
        key={`f${server}.${tool}`}
        action={
          <Link to="/calls" search={{ server, tool, outcome: undefined }} className={linkLook}>
            {advice.calls}
          </Link>
        }
      >
        {advice.failing(visible(`${server}.${tool}`), format.percent(failed / calls), format.count(calls))}
      </Item>
    )),
    ...large.slice(0, mostOfAKind).map(({ server, tool, calls, resultTokens }) => (
      <Item
        key={`l${server}.${tool}`}
        action={
          <Link to="/servers/$server" params={{ server }} search={{ tab: 'settings' }} className={linkLook}>
            {advice.limits}
          </Link>
        }
      >
        {advice.large(visible(`${server}.${tool}`), format.short(resultTokens / calls))}
      </Item>
    )),
    ...uncompressed.slice(0, mostOfAKind).map(({ server, tool, wouldSave }) => (
      <Item
        key={`c${server}.${tool}`}
        action={
          <Link to="/configuration" className={linkLook}>
            {advice.limits}
          </Link>
        }
      >
        {advice.uncompressed(visible(`${server}.${tool}`), format.short(wouldSave))}
      </Item>
    )),
    ...unused.slice(0, mostOfAKind).map(({ name, tools }) => (
      <Item key={`u${name}`} action={<SwitchOff server={name} />}>
        {advice.unused(
          visible(name),
          format.count(tools.enabled),
          format.short(allTools === 0 ? 0 : ((menu?.flat ?? 0) * tools.enabled) / allTools),
        )}
      </Item>
    )),
  ];
  return (
    <Panel
      title={
        <span className="flex items-center gap-2">
          <Lightbulb size={15} aria-hidden />
          {advice.title}
        </span>
      }
      flush
    >
      {items.length === 0 ? (
        <p className="p-3 text-ink-soft">{advice.none}</p>
      ) : (
        <ul className="divide-y divide-line">{items}</ul>
      )}
    </Panel>
  );
}

function Item({ children, action }: { children: ReactNode; action: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-3 py-2">
      <span className="foreign min-w-0 flex-1 basis-72">{children}</span>
      {action}
    </li>
  );
}

function SwitchOff({ server }: { server: string }) {
  const { advice } = useWords(words);
  const { disable, isBusy } = useServerActions(server);
  return (
    <Button busy={isBusy} onClick={disable}>
      {advice.stop}
    </Button>
  );
}
