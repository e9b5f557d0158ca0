import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useAnswer } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Page } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { Actions } from './actions.tsx';
import { Connections } from './connections.tsx';
import { Settings } from './settings.tsx';
import { StateTab } from './state-tab.tsx';
import { ServerTools } from './tools.tsx';
import { words } from './words.ts';

/** One server: how it is and why, what it offers, who uses it, how it is set. */
export function Server() {
  const { server } = useParams({ from: '/servers/$server' });
  const { tab = 'state' } = useSearch({ from: '/servers/$server' });
  const navigate = useNavigate({ from: '/servers/$server' });
  const said = useWords(words);
  const query = useAnswer('getServer', { params: { server } });
  if (query.error?.status === 404)
    return (
      <Page title={visible(server)}>
        <Empty title={said.unknown} />
      </Page>
    );
  return (
    <Page
      title={visible(server)}
      beside={query.data && <State state={query.data.state} />}
      actions={query.data && <Actions server={query.data} />}
    >
      <Answered of={query}>
        {detail => (
          <Tabs
            label={visible(server)}
            value={tab}
            onChange={chosen => void navigate({ search: { tab: chosen }, replace: true })}
            tabs={[
              { value: 'state', name: said.tabs.state, content: <StateTab server={detail} /> },
              {
                value: 'tools',
                name: `${said.tabs.tools} ${detail.tools.all}`,
                content: <ServerTools server={detail} />,
              },
              { value: 'connections', name: said.tabs.connections, content: <Connections server={detail} /> },
              { value: 'settings', name: said.tabs.settings, content: <Settings server={detail} /> },
            ]}
          />
        )}
      </Answered>
    </Page>
  );
}
