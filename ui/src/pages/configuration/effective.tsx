import { useMemo, useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answer.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { SearchBox } from '../../parts/field.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { words } from './words.ts';

interface Setting {
  path: string;
  value: string;
}

/** Every setting that holds, a line each. */
export function EffectiveSettings() {
  const said = useWords(words).effective;
  const [wanted, setWanted] = useState('');
  const answer = useAnswer('getEffective', {});
  const all = useMemo(() => settingsIn(answer.data), [answer.data]);
  const columns = columnsOf(said);
  const needle = wanted.trim().toLowerCase();
  const shown = all.filter(({ path, value }) => `${path} ${value}`.toLowerCase().includes(needle));
  return (
    <div className="flex flex-col gap-3">
      <SearchBox label={said.find} value={wanted} onType={setWanted} />
      <Panel title={said.help} flush>
        <Answered of={answer}>
          {() => (
            <DataTable
              label={said.help}
              columns={columns}
              rows={shown}
              keyOf={({ path }) => path}
              empty={null}
              rowHeight={30}
            />
          )}
        </Answered>
      </Panel>
    </div>
  );
}

function columnsOf({ setting, value }: { setting: string; value: string }): Column<Setting>[] {
  return [
    {
      id: 'path',
      head: setting,
      width: 'minmax(8rem, 1fr)',
      cell: ({ path }) => (
        <Foreign mono className="text-xs">
          {path}
        </Foreign>
      ),
    },
    {
      id: 'value',
      head: value,
      width: 'minmax(0, 1fr)',
      cell: ({ value }) => (
        <span title={visible(value)}>
          <Foreign mono className="text-xs text-ink-soft">
            {value}
          </Foreign>
        </span>
      ),
    },
  ];
}

/** Each leaf with the names that lead to it. */
function settingsIn(value: unknown, path = ''): Setting[] {
  if (value === undefined) return [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, inner]) =>
      settingsIn(inner, path === '' ? name : `${path}.${name}`),
    );
  return [{ path, value: JSON.stringify(value) }];
}
