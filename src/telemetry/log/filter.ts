import { isObject } from '../../json.ts';
import { type Level, ranks } from './lines.ts';

/** Which lines of the log; all of it must fit. */
export interface LineFilter {
  /** The least severe. */
  level?: Level;
  server?: string;
  tool?: string;
  outcome?: string;
  request?: string;
}

/** Members of a filter that a line must have as they are. */
const lineEqualities = ['server', 'tool', 'outcome', 'request'] as const;

/** Whether a line of JSON fits. */
export function lineFits(line: string, filter: LineFilter): boolean {
  const asked = lineEqualities.filter(name => filter[name] !== undefined);
  if (asked.length === 0 && filter.level === undefined) return true;
  const fields: unknown = JSON.parse(line);
  if (!isObject(fields)) return false;
  const isSevere = filter.level === undefined || ranks[fields['level'] as Level] >= ranks[filter.level];
  return isSevere && asked.every(name => fields[name] === filter[name]);
}
