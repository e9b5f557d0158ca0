import type { Given } from '../command.ts';
import { switched } from './switched.ts';

/** `mcpx disable NAME…` */
export function run(given: Given): Promise<number> {
  return switched(given, false);
}
