import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChartColumn } from 'lucide-react';
import { useAnswer } from '../../api/queries.ts';
import { useSince } from '../../api/since.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Choice } from '../../parts/field.tsx';
import { Page } from '../../parts/page.tsx';
import { Figure, Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { Advice } from './advice.tsx';
import { Charts } from './charts.tsx';
import { FigureTable } from './figures.tsx';
import { words } from './words.ts';

const hour = '3600000';

/** Calls, latency, errors and tokens over a time, and what to do about them. */
export function Statistics() {
  const said = useWords(words);
  const { since: spanMs = hour } = useSearch({ from: '/statistics' });
  const navigate = useNavigate({ from: '/statistics' });
  const since = useSince(Number(spanMs));
  const answer = useAnswer('getStatistics', { query: { since } }, { keep: true });
  return (
    <Page
      title={said.title}
      actions={
        <Choice
          aria-label={said.over}
          value={spanMs}
          options={Object.entries(said.spans).toSorted(([a], [b]) => Number(a) - Number(b))}
          onChoose={chosen =>
            void navigate({ search: before => ({ ...before, since: chosen }), replace: true })
          }
        />
      }
    >
      <Answered of={answer}>
        {statistics =>
          statistics.all.calls === 0 ? (
            <Panel>
              <Empty icon={ChartColumn} title={said.none}>
                {said.noneHelp}
              </Empty>
            </Panel>
          ) : (
            <>
              <Panel>
                <Totals all={statistics.all} />
              </Panel>
              <Charts since={since} spanMs={Number(spanMs)} />
              <FigureTable statistics={statistics} />
              <Advice statistics={statistics} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function Totals({
  all,
}: {
  all: {
    calls: number;
    failed: number;
    medianMs: number;
    p95Ms: number;
    resultTokens: number;
    savedTokens: number;
  };
}) {
  const said = useWords(words);
  const format = useFormat();
  return (
    <div className="flex flex-wrap gap-x-10 gap-y-3">
      <Figure name={said.calls} value={format.count(all.calls)} />
      <Figure
        name={said.failed}
        value={format.percent(all.failed / all.calls)}
        note={format.count(all.failed)}
      />
      <Figure name={said.median} value={format.ms(all.medianMs)} />
      <Figure name={said.p95} value={format.ms(all.p95Ms)} />
      <Figure name={said.results} value={format.short(all.resultTokens)} />
      <Figure name={said.saved} value={format.short(all.savedTokens)} />
    </div>
  );
}
