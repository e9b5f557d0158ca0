import { FilterX } from 'lucide-react';
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { useSince } from '../../api/since.ts';
import { Button } from '../../parts/button.tsx';
import { Choice, SearchBox } from '../../parts/field.tsx';
import { common } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import type { FilterName } from './filter.ts';
import { words } from './words.ts';

interface FiltersProps {
  filter: { [N in FilterName]?: string };
  onSet: (name: FilterName, value: string) => void;
  onClear: () => void;
  isEmpty: boolean;
}

const dayMs = 86_400_000;

/** Chooses which calls are shown; what was called lately is offered. */
export function Filters({ filter, onSet, onClear, isEmpty }: FiltersProps) {
  const said = useWords(words);
  const { outcomes } = useWords(common);
  const { data: servers } = useAnswer('listServers', {});
  const { data: statistics } = useAnswer(
    'getStatistics',
    { query: { since: useSince(dayMs) } },
    { keep: true },
  );
  const clients = [...new Set(statistics?.clients.map(({ client }) => client))];
  const choice = (
    name: 'server' | 'client' | 'outcome' | 'since',
    options: (readonly [string, string])[],
  ) => {
    const chosen = filter[name] ?? '';
    const isOther = chosen !== '' && !options.some(([value]) => value === chosen);
    return (
      <Choice
        aria-label={said.labels[name]}
        value={chosen}
        options={[['', said.any[name]], ...options, ...(isOther ? [[chosen, visible(chosen)] as const] : [])]}
        onChoose={value => onSet(name, value)}
      />
    );
  };
  const named = (names: string[]) => names.map(name => [name, visible(name)] as const);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <ToolFilter key={filter.tool} tool={filter.tool ?? ''} onSet={value => onSet('tool', value)} />
      {choice('server', named(servers?.servers.map(({ name }) => name) ?? []))}
      {choice('client', named(clients))}
      {choice('outcome', Object.entries(outcomes))}
      {choice(
        'since',
        Object.entries(said.spans).toSorted(([a], [b]) => Number(a) - Number(b)),
      )}
      {!isEmpty && (
        <Button look="quiet" icon={FilterX} onClick={onClear}>
          {said.clear}
        </Button>
      )}
    </div>
  );
}

/** The whole name of a tool: taken over with Enter, or when the field is left. */
function ToolFilter({ tool, onSet }: { tool: string; onSet: (tool: string) => void }) {
  const said = useWords(words);
  const [text, setText] = useState(tool);
  const take = () => text.trim() !== tool && onSet(text.trim());
  return (
    <SearchBox
      label={said.labels.tool}
      placeholder={said.toolHolder}
      value={text}
      onType={typed => {
        setText(typed);
        if (typed === '' && tool !== '') onSet('');
      }}
      onBlur={take}
      onKeyDown={event => event.key === 'Enter' && take()}
      className="w-48"
    />
  );
}
