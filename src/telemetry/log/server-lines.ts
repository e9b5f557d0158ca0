import { counted } from '../../words.ts';
import { safeName, safeText } from '../safe.ts';
import { Flood } from './flood.ts';
import { type Line, line, rounded, type Teller, teller } from './lines.ts';

/** Lines of a server's stderr that are told in a second; more are only counted. */
const stderrLines = 100;

/** What is said of servers, their processes and connections. */
export function serverTellers(): Teller[] {
  const troubles = new Map<string, string>();
  const flood = new Flood(stderrLines);
  return [
    teller('upstream.state', 'error', ({ server, status: { state, reason = '', help } }) => {
      if (state !== 'failed' && state !== 'degraded' && state !== 'needs_auth')
        return about(server, 'debug', state, { state });
      const trouble = `${state}: ${safeText(reason)}`;
      const isNews = troubles.get(server) !== trouble; // a server that fails the same way again is none
      troubles.set(server, trouble);
      const level = isNews ? (state === 'degraded' ? 'warn' : 'error') : 'debug';
      return about(server, level, trouble, { state, help });
    }),
    teller('upstream.listed', 'info', ({ server, tools, ms, warnings }) => {
      troubles.delete(server);
      const listed = `${counted(tools, 'tool')} listed in ${Math.round(ms)} ms`;
      const warned = warnings.map(text => about(server, 'info', `warning: ${safeText(text, 500)}`));
      return [about(server, 'info', listed, { ms: rounded(ms) }), ...warned];
    }),
    teller('upstream.stderr', 'info', ({ server, line: said }) => {
      const missed = flood.admit(server);
      if (missed === undefined) return undefined;
      return about(server, 'info', safeText(said), { stderr: true, ...(missed > 0 && { missed }) });
    }),
    teller('upstream.noise', 'warn', ({ server, line: said, count }) => {
      if (count > 1) return undefined;
      const what = 'writes to stdout what is no message of the protocol (skipped), such as:';
      return about(server, 'warn', `${what} ${safeText(said, 500)}`);
    }),
    teller('breaker.changed', 'warn', ({ server, state, failures, reason = '' }) => {
      if (state !== 'open')
        return about(server, state === 'closed' ? 'info' : 'debug', `breaker ${state}`, { breaker: state });
      const msg = `breaker open after ${counted(failures, 'failure')}: ${safeText(reason)}`;
      return about(server, 'warn', msg, { breaker: state });
    }),
    teller('process.started', 'debug', ({ server, pid }) =>
      about(server, 'debug', `process ${pid} started`, { pid }),
    ),
    teller('process.ended', 'debug', ({ server, pid, code, signal, ms }) => {
      const how = signal ?? `code ${code}`;
      return about(server, 'debug', `process ${pid} ended with ${how} after ${seconds(ms)}`, { pid });
    }),
    teller('connection.opened', 'debug', ({ server, ms, protocolVersion, pid }) => {
      const fields = { protocolVersion: safeName(protocolVersion), pid };
      return about(server, 'debug', `connected in ${Math.round(ms)} ms`, fields);
    }),
    teller('connection.closed', 'warn', ({ server, ms, lost, reason }) => {
      const what = `connection ${lost ? 'lost' : 'closed'} after ${seconds(ms)}: ${safeText(reason)}`;
      return about(server, lost ? 'warn' : 'debug', what);
    }),
    teller('pool.discarded', 'debug', ({ server, reason }) =>
      about(server, 'debug', `a connection has left the pool: ${reason}`),
    ),
  ];
}

function about(server: string, level: Line['level'], msg: string, fields: Line['fields'] = {}): Line {
  const name = safeName(server);
  return line(level, `${name}: ${msg}`, { server: name, ...fields });
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
