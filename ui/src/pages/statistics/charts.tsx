import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answer.tsx';
import { Panel } from '../../parts/panel.tsx';
import { TimeChart } from '../../parts/time-chart.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

const steps = 120;

/** Calls, latency and tokens, step by step. */
export function Charts({ since, spanMs }: { since: number; spanMs: number }) {
  const said = useWords(words);
  const format = useFormat();
  const query = { since, until: since + spanMs + 60_000, steps };
  const answer = useAnswer('getSeries', { query }, { keep: true });
  return (
    <Answered of={answer}>
      {({ from, stepMs, series: [all] }) => {
        if (all === undefined) return null;
        const times = all.calls.map((_, index) => from + index * stepMs);
        return (
          <div className="grid gap-4 lg:grid-cols-3">
            <Panel title={said.callsOverTime}>
              <TimeChart
                label={said.callsOverTime}
                times={times}
                format={format.short}
                lines={[
                  { name: said.calls, color: 'accent', values: all.calls },
                  { name: said.failed, color: 'bad', values: all.failed },
                ]}
              />
            </Panel>
            <Panel title={said.latencyOverTime}>
              <TimeChart
                label={said.latencyOverTime}
                times={times}
                format={format.ms}
                lines={[
                  { name: said.medianLine, color: 'accent', values: all.medianMs },
                  { name: said.p95Line, color: 'warn', values: all.p95Ms },
                ]}
              />
            </Panel>
            <Panel title={said.tokensOverTime}>
              <TimeChart
                label={said.tokensOverTime}
                times={times}
                format={format.short}
                lines={[
                  { name: said.resultsShort, color: 'accent', values: all.resultTokens },
                  { name: said.savedShort, color: 'good', values: all.savedTokens },
                ]}
              />
            </Panel>
          </div>
        );
      }}
    </Answered>
  );
}
