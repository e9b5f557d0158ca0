import type { Config } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { Log, type Sink } from '../telemetry/log/log.ts';
import { pretty } from '../telemetry/log/pretty.ts';
import { StreamSink } from '../telemetry/log/stream-sink.ts';
import { RotatingFile } from '../telemetry/rotating-file.ts';
import type { Given } from './command.ts';
import { text } from './options.ts';

export const levels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
const formats = ['auto', 'json', 'pretty'] as const;

/** Bytes in a MiB. */
const mebi = 1024 * 1024;

/** What is told of this process, on stderr and wherever else the configuration and `more` say. Nothing is loaded yet. */
export function logFrom(config: Config, given: Given, more: Sink[] = []): Log {
  const settings = config.gateway.log;
  const format = chosen(given, 'log-format', formats) ?? settings.format;
  const sinks: Sink[] = [stderrSink(format, given.values['quiet'] === true), ...more];
  const { file, maxFileMb, maxFiles, payloads } = settings;
  if (file !== undefined)
    sinks.push(new RotatingFile({ part: 'the log file', path: file, maxBytes: maxFileMb * mebi, maxFiles }));
  return flushedAtExit(new Log({ level: levelFrom(config, given), payloads, sinks }));
}

/** The least that is told: what the command line says, else the configuration. */
export function levelFrom({ gateway: { log } }: Config, given: Given): Log['level'] {
  return chosen(given, 'log-level', levels) ?? log.level;
}

function stderrSink(format: (typeof formats)[number], quiet: boolean): StreamSink {
  const { stderr } = process;
  const forPeople = format === 'pretty' || (format === 'auto' && stderr.isTTY === true);
  const coloured = stderr.isTTY === true && stderr.hasColors();
  return new StreamSink(stderr, {
    least: quiet ? 'warn' : 'debug',
    format: forPeople ? line => pretty(line, coloured) : line => line,
  });
}

/** However the process ends, the last lines are the ones that matter. */
function flushedAtExit(log: Log): Log {
  process.once('exit', () => log.flush());
  return log;
}

function chosen<T extends string>(given: Given, name: string, allowed: readonly T[]): T | undefined {
  const asked = text(given, name);
  const found = allowed.find(value => value === asked);
  if (asked === undefined || found !== undefined) return found;
  throw new McpxError('USAGE', `--${name} ${asked} is not understood; it is one of ${allowed.join(', ')}.`);
}
