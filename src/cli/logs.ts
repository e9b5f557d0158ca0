import { once } from 'node:events';
import { McpxError } from '../errors.ts';
import { pretty } from '../telemetry/log/pretty.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { linesFrom } from './instance/find.ts';
import { levels } from './log.ts';
import { text } from './options.ts';
import { mustRun } from './running.ts';

/** `mcpx logs`: what the running gateway has logged, and logs. */
export async function run(given: Given): Promise<number> {
  const query = queryOf(given);
  const coloured = process.stdout.isTTY === true && process.stdout.hasColors();
  const shown = given.values['json']
    ? (line: string) => `${line}\n`
    : (line: string) => pretty(line, coloured);
  process.stdout.on('error', () => process.exit(exitCodes.ok)); // whoever read it has enough
  for await (const line of linesFrom(await mustRun(given), `/api/logs?${query}`))
    if (!process.stdout.write(shown(line))) await once(process.stdout, 'drain');
  return exitCodes.ok;
}

/** Nothing is logged as silent. */
const shownLevels: string[] = levels.filter(level => level !== 'silent');

function queryOf(given: Given): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['server', 'tool', 'outcome', 'request', 'level', 'lines']) {
    const value = text(given, name);
    if (value !== undefined) query.set(name, value);
  }
  if (given.values['follow']) query.set('follow', 'true');
  const [level, lines] = [query.get('level'), query.get('lines')];
  if (level !== null && !shownLevels.includes(level))
    throw new McpxError(
      'USAGE',
      `--level ${level} is not understood; it is one of ${shownLevels.join(', ')}.`,
    );
  if (lines !== null && !/^\d{1,6}$/.test(lines))
    throw new McpxError('USAGE', `--lines ${lines} is not understood; it is a number.`);
  return query;
}
