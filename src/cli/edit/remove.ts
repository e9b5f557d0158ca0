import { withoutServer } from '../../config/change.ts';
import type { Given } from '../command.ts';
import { named } from '../options.ts';
import { located } from '../setup.ts';
import { edited } from './edited.ts';

/** `mcpx remove NAME…` */
export async function run(given: Given): Promise<number> {
  const names = named(given, 'remove');
  return edited(located(given), `removed ${names.join(', ')}`, given, text =>
    names.reduce(withoutServer, text),
  );
}
