import { useNavigate, useSearch } from '@tanstack/react-router';
import { BookOpen } from 'lucide-react';
import { useAnswer } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Choice, SearchBox } from '../../parts/field.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { type Item, useItems } from './items.ts';
import { ItemList } from './list.tsx';
import { PromptReader } from './prompt.tsx';
import { ResourceReader } from './resource.tsx';
import { words } from './words.ts';

/** What servers have to read: resources, templates and prompts at the left, the chosen one at the right. */
export function Resources() {
  const said = useWords(words);
  const { server, uri, prompt, query = '' } = useSearch({ from: '/resources' });
  const navigate = useNavigate({ from: '/resources' });
  const { data: servers } = useAnswer('listServers', {});
  const { query: answer, items } = useItems(undefined, query);
  const shown =
    server === undefined || uri !== undefined || prompt !== undefined
      ? items
      : items.filter(item => item.server === server);
  const chosen = items.find(
    item =>
      item.server === server &&
      item.id === (uri ?? prompt) &&
      (item.kind === 'prompt') === (prompt !== undefined),
  );
  const names = servers?.servers.map(({ name }) => name) ?? [];
  const change = (search: { server?: string; query?: string }) =>
    void navigate({ search: { query: query === '' ? undefined : query, ...search }, replace: true });
  const open = ({ kind, server, id }: Item) =>
    void navigate({
      search: before => ({
        query: before.query,
        server,
        ...(kind === 'prompt' ? { prompt: id } : { uri: id }),
      }),
    });
  return (
    <Page title={said.title}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label={said.search}
          value={query}
          onType={typed => change({ server, query: typed === '' ? undefined : typed })}
          className="min-w-56 flex-1"
        />
        <Choice
          aria-label={said.allServers}
          value={server ?? ''}
          options={[['', said.allServers], ...names.map(name => [name, visible(name)] as const)]}
          onChoose={name => change({ server: name === '' ? undefined : name })}
        />
      </div>
      <div className="grid items-start gap-4 md:grid-cols-[minmax(16rem,1fr)_minmax(0,2fr)]">
        <Panel flush>
          <Answered of={answer}>
            {() =>
              shown.length === 0 ? (
                <Empty icon={BookOpen} title={said.none}>
                  {said.noneHelp}
                </Empty>
              ) : (
                <ItemList items={shown} chosen={chosen} onOpen={open} />
              )
            }
          </Answered>
        </Panel>
        {chosen === undefined ? (
          <p className="p-3 text-ink-soft">{said.choose}</p>
        ) : chosen.kind === 'prompt' ? (
          <PromptReader key={`${chosen.server}\0${chosen.id}`} item={chosen} />
        ) : (
          <ResourceReader key={`${chosen.server}\0${chosen.id}`} item={chosen} />
        )}
      </div>
    </Page>
  );
}
