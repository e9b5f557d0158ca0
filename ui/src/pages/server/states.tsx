import { Foreign } from '../../parts/foreign.tsx';
import { type ServerState, State } from '../../parts/state.tsx';
import { When } from '../../parts/when.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import type { Detail } from './detail.ts';
import { words } from './words.ts';

const shown = 20;

/** The states that a server has had, the latest first, each with how long it held. */
export function States({ states }: { states: Detail['states'] }) {
  const said = useWords(words);
  const format = useFormat();
  if (states.length === 0) return <p className="text-ink-soft">{said.noStates}</p>;
  const spans = states.map(({ at, ...rest }, index) => {
    const until = states[index + 1]?.at;
    return { at, ...rest, ms: until === undefined ? undefined : Date.parse(until) - Date.parse(at) };
  });
  return (
    <ol className="flex flex-col gap-1.5">
      {spans
        .toReversed()
        .slice(0, shown)
        .map(({ at, state, reason, ms }) => (
          <li key={at + state} className="grid grid-cols-[7.5rem_minmax(0,1fr)_auto] items-baseline gap-3">
            <State state={state as ServerState} />
            <span className="truncate text-ink-soft" title={reason}>
              {reason && <Foreign>{reason}</Foreign>}
            </span>
            <span className="text-xs text-ink-soft tabular-nums">
              {ms === undefined ? <When time={at} /> : format.ms(ms)}
            </span>
          </li>
        ))}
    </ol>
  );
}
