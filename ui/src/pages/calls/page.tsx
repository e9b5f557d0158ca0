import { Link } from '@tanstack/react-router';
import { Activity, FilterX } from 'lucide-react';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Button } from '../../parts/button.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { useCalls } from './calls.ts';
import { useCallColumns } from './columns.tsx';
import { useFilter } from './filter.ts';
import { Filters } from './filters.tsx';
import { OneCall } from './one.tsx';
import { words } from './words.ts';

/** Calls as they are made, and those before. */
export function Calls() {
  const said = useWords(words);
  const format = useFormat();
  const { filter, set, clear, isEmpty, call, open } = useFilter();
  const { answer, first, calls, more, newer, showNewer } = useCalls(filter);
  const columns = useCallColumns();
  const isShort = first?.history.place === 'memory';
  return (
    <Page title={said.title}>
      <Filters filter={filter} onSet={set} onClear={clear} isEmpty={isEmpty} />
      <Panel
        title={said.title}
        aside={
          <>
            {isShort && (
              <span className="text-xs" title={first.history.reason ?? said.inMemoryHelp}>
                {said.inMemory}
              </span>
            )}
            {newer > 0 && (
              <Button look="primary" onClick={showNewer}>
                {said.newer(format.count(newer))}
              </Button>
            )}
          </>
        }
        flush
      >
        <Answered of={answer}>
          {() => (
            <DataTable
              label={said.title}
              columns={columns}
              rows={calls}
              keyOf={({ id }) => String(id)}
              onOpen={({ id }) => open(id)}
              isChosen={({ id }) => String(id) === call}
              onEnd={more}
              maxHeight="72dvh"
              empty={
                isEmpty ? (
                  <Empty icon={Activity} title={said.empty}>
                    <Link to="/tools" className="text-accent underline underline-offset-2">
                      {said.emptyHelp}
                    </Link>
                  </Empty>
                ) : (
                  <Empty icon={FilterX} title={said.noneFit}>
                    <Button onClick={clear}>{said.clear}</Button>
                  </Empty>
                )
              }
            />
          )}
        </Answered>
      </Panel>
      <OneCall id={call} onClose={() => open(undefined)} />
    </Page>
  );
}
