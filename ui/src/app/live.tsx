import { Radio, Unplug } from 'lucide-react';
import { useLiveness } from '../api/events.ts';
import { classes } from '../parts/class-names.ts';
import { useWords } from '../words/language.ts';
import { words } from './words.ts';

const looks = {
  connecting: 'text-ink-soft',
  live: 'text-good',
  lost: 'rounded-md bg-bad-ground px-2 py-1 text-bad',
};

/** Says whether what is shown is what is now. */
export function Live() {
  const liveness = useLiveness();
  const { liveness: names, livenessHelp } = useWords(words);
  const Icon = liveness === 'lost' ? Unplug : Radio;
  return (
    <span
      role="status"
      title={livenessHelp[liveness]}
      data-live={liveness}
      className={classes('inline-flex items-center gap-1.5 text-xs font-medium', looks[liveness])}
    >
      <Icon size={14} aria-hidden />
      {names[liveness]}
    </span>
  );
}
