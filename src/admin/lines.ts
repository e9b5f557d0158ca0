import type { ServerResponse } from 'node:http';
import { type LineFilter, lineFits } from '../telemetry/log/filter.ts';
import { StreamSink } from '../telemetry/log/stream-sink.ts';
import type { LogTail } from '../telemetry/log/tail.ts';

interface Wanted extends LineFilter {
  /** How many of the last. */
  lines: number;
  follow?: string;
}

/** Sends the last lines that fit and, where that is asked for, those that come. */
export function sendLines(
  tail: LogTail,
  { lines, follow, ...filter }: Wanted,
  response: ServerResponse,
): undefined {
  const last = tail.lines.filter(line => lineFits(line, filter));
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const text = last.slice(Math.max(0, last.length - lines)).join('');
  if (follow === undefined) return void response.end(text);
  response.flushHeaders();
  response.write(text);
  const sink = new StreamSink(response, { least: 'debug', format: line => line });
  const leave = tail.follow((line, level) => {
    if (lineFits(line, filter)) sink.write(line, level);
  });
  response.once('close', leave);
}
