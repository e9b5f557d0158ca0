import { describe } from '../compress/text.ts';
import type { HistoryReport } from '../telemetry/history/history.ts';
import type { Stats } from '../telemetry/history/queries.ts';
import { endOf } from '../telemetry/history/record.ts';
import type { Figures } from '../telemetry/history/tally.ts';
import { counted } from '../words.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { asked } from './instance/find.ts';
import { text } from './options.ts';
import { print, printJson } from './print.ts';
import { mustRun } from './running.ts';
import { millisecondsIn } from './since.ts';
import { grouped, percent, table } from './table.ts';

/** A database of millions of calls is read for seconds. */
const waitMs = 40_000;
const mostRows = 10;
const usually = '24h';

type Answer = Stats & { history: HistoryReport };

/** `mcpx stats`: what the running gateway remembers of calls. */
export async function run(given: Given): Promise<number> {
  const span = text(given, 'since') ?? usually;
  const since = Date.now() - millisecondsIn(span);
  const query = new URLSearchParams({ since: String(since) });
  for (const name of ['server', 'tool', 'client']) {
    const value = text(given, name);
    if (value !== undefined) query.set(name, value);
  }
  const stats = (await asked(await mustRun(given), `/api/stats?${query}`, { waitMs })) as Answer;
  if (given.values['json']) printJson({ since, ...stats });
  else print(shown(stats, span));
  return exitCodes.ok;
}

function shown(stats: Answer, span: string): string {
  const { all, tools, servers, clients, history } = stats;
  const { calls, failed, medianMs, p95Ms } = all;
  const slow = [...tools].sort((a, b) => b.p95Ms - a.p95Ms);
  const failing = tools.filter(tool => tool.failed > 0).sort((a, b) => b.failed - a.failed);
  const summary = `${grouped(calls)} ${calls === 1 ? 'call' : 'calls'} in ${span}, ${grouped(failed)} failed (${percent(failed, calls)}); half took ${time(medianMs)} at most, 95 of 100 ${time(p95Ms)}`;
  const parts = [
    [...kept(history), calls === 0 ? `No calls in ${span}.` : summary].join('\n'),
    section('Most called', ['tool', ...times], tools, tool => [nameOf(tool), ...timesOf(tool)]),
    section('Slowest', ['tool', ...times], slow, tool => [nameOf(tool), ...timesOf(tool)]),
    section('Failing', ['tool', 'calls', 'failed', '', 'errors'], failing, tool => [
      nameOf(tool),
      ...failuresOf(tool),
    ]),
    section('Servers', ['server', ...times], servers, one => [describe(one.server, 40), ...timesOf(one)]),
    section('Clients', ['client', 'key', ...tokens], clients, one => [
      describe(one.client, 40),
      describe(one.principal, 40),
      ...tokensOf(one),
    ]),
    slowestCalls(stats),
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** What there is of calls, if not all of them. */
function kept({ place, reason, lost }: HistoryReport): string[] {
  const why =
    reason === undefined ? 'gateway.history.onDisk is off' : `the database does not work (${reason})`;
  const memory = place === 'memory' ? [`Only the last calls, which are in memory: ${why}.`] : [];
  return lost > 0 ? [...memory, `${counted(lost, 'call')} more could not be kept.`] : memory;
}

const times = ['calls', 'failed', 'median', '95 %', 'longest', 'waited', 'at server'];
const tokens = ['calls', 'failed', 'median', 'tokens written', 'read', 'saved'];

function timesOf({ calls, failed, medianMs, p95Ms, maxMs, meanQueueMs, meanUpstreamMs }: Figures): string[] {
  return [
    grouped(calls),
    grouped(failed),
    ...[medianMs, p95Ms, maxMs, meanQueueMs, meanUpstreamMs].map(time),
  ];
}

function tokensOf({ calls, failed, medianMs, argumentTokens, resultTokens, savedTokens }: Figures): string[] {
  return [
    grouped(calls),
    grouped(failed),
    time(medianMs),
    ...[argumentTokens, resultTokens, savedTokens].map(grouped),
  ];
}

function failuresOf({ calls, failed, errors }: Figures): string[] {
  const shown = errors.slice(0, 3).map(error => `${describe(error.code, 40)} ${grouped(error.calls)}`);
  return [grouped(calls), grouped(failed), percent(failed, calls), shown.join(', ')];
}

function slowestCalls({ slowest }: Stats): string {
  const head = ['call', 'ended', 'took', 'waited', 'at server', 'outcome', 'request'];
  return section('Slowest calls', head, slowest, call => [
    nameOf({ server: call.server, tool: call.tool ?? call.method }),
    new Date(endOf(call)).toISOString(),
    ...[call.ms, call.queueMs, call.upstreamMs].map(time),
    String(call.code ?? call.outcome),
    call.request ?? '',
  ]);
}

/** Empty where there is nothing to be shown. */
function section<T>(title: string, head: string[], items: T[], row: (item: T) => string[]): string {
  if (items.length === 0) return '';
  const rows = [head, ...items.slice(0, mostRows).map(row)].map(([first, ...rest]) => [
    `  ${first}`,
    ...rest,
  ]);
  const numbers = head.flatMap((name, column) => (words.has(name) ? [] : [column]));
  return [title, table(rows, { right: numbers })].join('\n');
}

/** Columns that are no numbers. */
const words: ReadonlySet<string> = new Set([
  'tool',
  'server',
  'client',
  'key',
  'call',
  'ended',
  'errors',
  'outcome',
  'request',
]);

function nameOf({ server, tool }: { server: string; tool: string }): string {
  return describe(`${server}.${tool}`, 60);
}

function time(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}
