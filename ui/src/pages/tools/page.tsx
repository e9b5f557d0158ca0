import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useSettled } from '../../api/later.ts';
import { useAnswer } from '../../api/queries.ts';
import { Choice, SearchBox } from '../../parts/field.tsx';
import { Page } from '../../parts/page.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { AllTools } from './all.tsx';
import { FoundTools } from './found.tsx';
import { Menu } from './menu.tsx';
import { words } from './words.ts';

type Which = 'all' | 'true' | 'false';

/** All tools, and the search that a model has. */
export function Tools() {
  const said = useWords(words);
  const { query = '', server } = useSearch({ from: '/tools' });
  const [which, setWhich] = useState<Which>('all');
  const navigate = useNavigate({ from: '/tools' });
  const { data: servers } = useAnswer('listServers', {});
  const settled = useSettled(query.trim());
  const change = (search: { query?: string; server?: string }) =>
    void navigate({ search: before => ({ ...before, ...search }), replace: true });
  const names = servers?.servers.map(({ name }) => name) ?? [];
  return (
    <Page title={said.title}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label={said.search}
          value={query}
          onType={typed => change({ query: typed === '' ? undefined : typed })}
          className="min-w-56 flex-1"
        />
        <Choice
          aria-label={said.allServers}
          value={server ?? ''}
          options={[['', said.allServers], ...names.map(name => [name, visible(name)] as const)]}
          onChoose={chosen => change({ server: chosen === '' ? undefined : chosen })}
        />
        {settled === '' && (
          <Choice
            aria-label={said.whichLabel}
            value={which}
            options={Object.entries(said.which)}
            onChoose={chosen => setWhich(chosen as Which)}
          />
        )}
      </div>
      {settled === '' ? (
        <>
          <AllTools server={server} enabled={which === 'all' ? undefined : which} />
          <Menu />
        </>
      ) : (
        <FoundTools query={settled} server={server} />
      )}
    </Page>
  );
}
