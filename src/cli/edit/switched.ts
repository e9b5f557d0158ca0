import { withEnabled } from '../../config/change.ts';
import type { Given } from '../command.ts';
import { named } from '../options.ts';
import { located } from '../setup.ts';
import { edited } from './edited.ts';

/** Switches the servers named on or off. */
export function switched(given: Given, enabled: boolean): Promise<number> {
  const word = enabled ? 'enable' : 'disable';
  const names = named(given, word);
  return edited(located(given), `${word}d ${names.join(', ')}`, given, text =>
    names.reduce((rest, name) => withEnabled(rest, name, enabled), text),
  );
}
