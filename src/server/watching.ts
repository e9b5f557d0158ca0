/** What has happened, over HTTP. */
import type { ServerResponse } from 'node:http';
import { McpxError } from '../errors.ts';
import { equalities, type Filter } from '../telemetry/history/queries.ts';
import { type LineFilter, lineEqualities, lineFits } from '../telemetry/log/filter.ts';
import { type Level, ranks } from '../telemetry/log/lines.ts';
import { StreamSink } from '../telemetry/log/stream-sink.ts';
import type { LogTail } from '../telemetry/log/tail.ts';
import type { Scrape } from '../telemetry/metrics/scrape.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { sendJson } from './http-errors.ts';

type Answer = (
  telemetry: Telemetry,
  query: URLSearchParams,
  response: ServerResponse,
) => void | Promise<void>;

/** By path, what the gateway's own user may ask. Rejects with USAGE when the query cannot be understood. */
export const watching: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['/api/tokens', ({ ledger }, _, response) => sendJson(response, 200, { clients: ledger.report })],
  ['/api/stats', sendStats],
  ['/api/calls', sendCalls],
  ['/api/logs', ({ tail }, query, response) => sendLog(tail, query, response)],
]);

const usualPage = 100;
const largestPage = 1_000;

/** Answers `/metrics`. */
export async function sendMetrics(scrape: Scrape, response: ServerResponse): Promise<void> {
  const text = await scrape.text();
  response.writeHead(200, { 'content-type': scrape.contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** `?since=` and `?until=` in epoch milliseconds, `?server=` and the like: calls added up. */
async function sendStats(
  telemetry: Telemetry,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const history = historyOf(telemetry);
  const stats = await history.stats(filterIn(query));
  sendJson(response, 200, { history: history.report, ...stats });
}

/** The same filter, `?before=ID` and `?limit=`: the calls themselves, the latest first. */
async function sendCalls(
  telemetry: Telemetry,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const history = historyOf(telemetry);
  const limit = Math.min(numberIn(query, 'limit') ?? usualPage, largestPage);
  const page = { before: numberIn(query, 'before'), limit, payloads: true };
  const calls = await history.calls(filterIn(query), page);
  sendJson(response, 200, { history: history.report, calls });
}

/** The last `?lines=` that fit and, with `?follow`, those that come; lines of JSON. */
function sendLog(tail: LogTail, query: URLSearchParams, response: ServerResponse): void {
  const filter = lineFilterIn(query);
  const most = numberIn(query, 'lines') ?? usualPage;
  const last = tail.lines.filter(line => lineFits(line, filter));
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const text = last.slice(Math.max(0, last.length - most)).join('');
  if (!query.has('follow')) return void response.end(text);
  response.flushHeaders();
  response.write(text);
  const sink = new StreamSink(response, { least: 'debug', format: line => line });
  const leave = tail.follow((line, level) => {
    if (lineFits(line, filter)) sink.write(line, level);
  });
  response.once('close', leave);
}

function historyOf({ history }: Telemetry): NonNullable<Telemetry['history']> {
  if (history !== undefined) return history;
  throw new McpxError('HISTORY_UNAVAILABLE', 'calls are not remembered.', {
    help: 'Set gateway.history.enabled and start the gateway anew.',
  });
}

function filterIn(query: URLSearchParams): Filter {
  const texts = equalities.map(name => [name, query.get(name) ?? undefined]);
  return { since: numberIn(query, 'since'), until: numberIn(query, 'until'), ...Object.fromEntries(texts) };
}

function lineFilterIn(query: URLSearchParams): LineFilter {
  const level = query.get('level') ?? undefined;
  if (level !== undefined && !(level in ranks)) throw unclear('level', level);
  const texts = lineEqualities.map(name => [name, query.get(name) ?? undefined]);
  return { level: level as Level | undefined, ...Object.fromEntries(texts) };
}

/** Undefined where it is not asked for. */
function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw unclear(name, text);
}

function unclear(name: string, text: string): McpxError {
  return new McpxError('USAGE', `${name}=${text.slice(0, 100)} is not understood.`);
}
