import type { Given } from '../command.ts';
import { switched } from './switched.ts';

/** `mcpx enable NAME…` */
export function run(given: Given): Promise<number> {
  return switched(given, true);
}
