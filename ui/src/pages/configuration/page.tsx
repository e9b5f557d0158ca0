import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Answered, Waiting } from '../../parts/answer.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Page } from '../../parts/page.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useWords } from '../../words/language.ts';
import { AddServer } from './add.tsx';
import { EffectiveSettings } from './effective.tsx';
import { Import } from './import.tsx';
import { words } from './words.ts';

const FileTab = lazy(() => import('./file.tsx'));

/** The configuration: its text, a form for one more server, other clients' servers, and all that holds. */
export function Configuration() {
  const said = useWords(words);
  const { tab = 'file' } = useSearch({ from: '/configuration' });
  const navigate = useNavigate({ from: '/configuration' });
  const { data: status } = useAnswer('getStatus', {});
  const file = useAnswer('getConfiguration', { query: {} });
  const { refused } = status?.configuration ?? {};
  return (
    <Page
      title={said.title}
      beside={
        status && (
          <Foreign mono className="text-xs text-ink-soft">
            {status.configuration.file}
          </Foreign>
        )
      }
    >
      {refused && (
        <div role="alert" className="rounded-md bg-bad-ground p-3 text-bad">
          {said.refusedNow}
          {refused.problems.map(problem => (
            <Foreign key={problem} mono className="block text-xs">
              {problem}
            </Foreign>
          ))}
        </div>
      )}
      <Tabs
        label={said.title}
        value={tab}
        onChange={chosen => void navigate({ search: { tab: chosen } })}
        tabs={[
          {
            value: 'file',
            name: said.tabs.file,
            content: (
              <Answered of={file}>
                {source => (
                  <Suspense fallback={<Waiting />}>
                    <FileTab source={source} />
                  </Suspense>
                )}
              </Answered>
            ),
          },
          {
            value: 'add',
            name: said.tabs.add,
            content: <AddServer mayRunCommands={status?.commands ?? true} />,
          },
          { value: 'import', name: said.tabs.import, content: <Import /> },
          { value: 'effective', name: said.tabs.effective, content: <EffectiveSettings /> },
        ]}
      />
    </Page>
  );
}
