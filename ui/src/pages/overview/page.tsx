import { Link } from '@tanstack/react-router';
import { Plus, Server } from 'lucide-react';
import { useAnswer } from '../../api/queries.ts';
import { useSince } from '../../api/since.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { HappeningList } from '../../parts/happenings.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { Attention } from './attention.tsx';
import { useServerRows } from './rows.ts';
import { ServerTable } from './server-table.tsx';
import { TokensSaved } from './tokens.tsx';
import { words } from './words.ts';

const lately = 14;

/** Are they up, what needs somebody, what does it save, what happened. */
export function Overview() {
  const said = useWords(words);
  const { servers, rows = [] } = useServerRows();
  const { data: status } = useAnswer('getStatus', {});
  const { data: statistics } = useAnswer(
    'getStatistics',
    { query: { since: useSince(3_600_000) } },
    { keep: true },
  );
  return (
    <Page title={said.title} actions={<AddServer />}>
      <Answered of={servers}>
        {({ servers: all }) => (
          <>
            <Attention servers={all} status={status} history={statistics?.history} />
            <Panel title={said.servers} aside={all.length > 0 && all.length} flush>
              {all.length === 0 ? <NoServers /> : <ServerTable rows={rows} />}
            </Panel>
            <div className="grid gap-4 md:grid-cols-2">
              <TokensSaved />
              <Lately />
            </div>
          </>
        )}
      </Answered>
    </Page>
  );
}

function AddServer() {
  const said = useWords(words);
  return (
    <Link
      to="/configuration"
      search={{ tab: 'add' }}
      className="inline-flex min-h-7 items-center gap-1.5 rounded-md bg-accent px-2.5 py-1 font-medium text-on-accent hover:opacity-90"
    >
      <Plus size={14} aria-hidden />
      {said.addServer}
    </Link>
  );
}

function NoServers() {
  const { empty } = useWords(words);
  return (
    <Empty icon={Server} title={empty.title}>
      <p>{empty.text}</p>
      <div className="mt-3 flex flex-wrap justify-center gap-3">
        <AddServer />
        <Link
          to="/configuration"
          search={{ tab: 'import' }}
          className="py-1 text-accent underline underline-offset-2"
        >
          {empty.import}
        </Link>
      </div>
    </Empty>
  );
}

function Lately() {
  const said = useWords(words);
  const format = useFormat();
  const query = useAnswer('listHappenings', { query: { limit: lately } });
  return (
    <Panel title={said.lately.title} flush>
      <Answered of={query}>
        {({ happenings }) =>
          happenings.length === 0 ? (
            <p className="p-3 text-ink-soft">{said.lately.none}</p>
          ) : (
            <HappeningList happenings={happenings} times={count => said.lately.times(format.count(count))} />
          )
        }
      </Answered>
    </Panel>
  );
}
