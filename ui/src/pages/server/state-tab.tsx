import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answer.tsx';
import { Code } from '../../parts/code.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { HappeningList } from '../../parts/happenings.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import type { Detail } from './detail.ts';
import { Health } from './health.tsx';
import { States } from './states.tsx';
import { words } from './words.ts';

/** How a server is, why, since when, and what it said last. */
export function StateTab({ server }: { server: Detail }) {
  const said = useWords(words);
  return (
    <div className="grid items-start gap-4 md:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <Health server={server} />
        <Panel title={said.states}>
          <States states={server.states} />
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Panel title={said.stderr}>
          {server.stderr.length === 0 ? (
            <p className="text-ink-soft">{said.noStderr}</p>
          ) : (
            <Code text={server.stderr.join('\n')} label={said.stderr} />
          )}
        </Panel>
        <Happened server={server.name} />
        {server.instructions && (
          <Panel title={said.instructions}>
            <Foreign className="line-clamp-12 whitespace-pre-wrap">{server.instructions}</Foreign>
          </Panel>
        )}
      </div>
    </div>
  );
}

function Happened({ server }: { server: string }) {
  const said = useWords(words);
  const format = useFormat();
  const query = useAnswer('listHappenings', { query: { server, limit: 10 } });
  return (
    <Panel title={said.happened} flush>
      <Answered of={query}>
        {({ happenings }) =>
          happenings.length === 0 ? (
            <p className="p-3 text-ink-soft">{said.nothingHappened}</p>
          ) : (
            <HappeningList happenings={happenings} times={count => said.times(format.count(count))} />
          )
        }
      </Answered>
    </Panel>
  );
}
