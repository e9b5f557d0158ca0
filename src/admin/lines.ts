import type { ServerResponse } from 'node:http';
import { McpxError } from '../errors.ts';
import { type LineFilter, lineFits } from '../telemetry/log/filter.ts';
import { StreamSink } from '../telemetry/log/stream-sink.ts';
import type { LogTail } from '../telemetry/log/tail.ts';

interface Wanted extends LineFilter {
  /** How many of the last. */
  lines: number;
  follow?: 'true' | 'false';
}

/** Followers at one time. */
const maxFollowers = 32;

/** Sends the last lines that fit and, where that is asked for, those that come. Throws TOO_MANY_REQUESTS. */
export function sendLines(
  tail: LogTail,
  { lines, follow, ...filter }: Wanted,
  response: ServerResponse,
): undefined {
  const follows = follow === 'true';
  if (follows && tail.followers >= maxFollowers)
    throw new McpxError('TOO_MANY_REQUESTS', `${maxFollowers} requests follow the log.`, {
      help: 'End some of them.',
    });
  const last = tail.lines.filter(line => lineFits(line, filter));
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const text = last.slice(Math.max(0, last.length - lines)).join('');
  if (!follows) return void response.end(text);
  response.flushHeaders();
  response.write(text);
  const sink = new StreamSink(response, { least: 'debug', format: line => line });
  const leave = tail.follow((line, level) => {
    if (lineFits(line, filter)) sink.write(line, level);
  });
  response.once('close', leave);
}
