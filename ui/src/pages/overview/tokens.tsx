import type { AnswerOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answer.tsx';
import { Bars } from '../../parts/bars.tsx';
import { Figure, Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

/** What MCPX has saved so far, beside what its servers would have cost without it. */
export function TokensSaved() {
  const { tokens } = useWords(words);
  const query = useAnswer('getTokens', {});
  return (
    <Panel title={tokens.title} aside={<span className="text-xs">{tokens.since}</span>}>
      <Answered of={query}>{({ clients }) => <Saved costs={costsOf(clients)} />}</Answered>
    </Panel>
  );
}

function Saved({ costs }: { costs: Costs }) {
  const { tokens } = useWords(words);
  const format = useFormat();
  const { flat, menu, discovery, savedInResults } = costs;
  if (flat === 0 && discovery === 0) return <p className="text-ink-soft">{tokens.none}</p>;
  const through = menu + discovery;
  const saved = flat - through + savedInResults;
  return (
    <div className="flex flex-col gap-3">
      <Figure
        name={tokens.title}
        value={format.short(saved)}
        note={flat > 0 && tokens.share(format.percent(Math.max(0, 1 - through / flat)))}
      />
      <Bars
        bars={[
          { name: tokens.flat, value: flat, shown: format.short(flat), tone: 'neutral' },
          { name: tokens.through, value: through, shown: format.short(through), tone: 'accent' },
          { name: tokens.menu, value: menu, shown: format.short(menu), tone: 'accent' },
          { name: tokens.discovery, value: discovery, shown: format.short(discovery), tone: 'accent' },
          { name: tokens.results, value: savedInResults, shown: format.short(savedInResults), tone: 'good' },
        ]}
      />
    </div>
  );
}

interface Costs {
  /** What the menus would have been with the definition of every tool. */
  flat: number;
  menu: number;
  discovery: number;
  savedInResults: number;
}

function costsOf(clients: AnswerOf<'getTokens'>['clients']): Costs {
  const costs = { flat: 0, menu: 0, discovery: 0, savedInResults: 0 };
  for (const { menu, discovery, tools } of clients) {
    costs.flat += menu.flat;
    costs.menu += menu.tokens;
    costs.discovery += discovery.tokens;
    for (const { results, resultsBefore } of tools)
      costs.savedInResults += Math.max(0, resultsBefore - results);
  }
  return costs;
}
