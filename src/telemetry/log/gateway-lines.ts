import { counted } from '../../words.ts';
import { describedReload } from '../reload-text.ts';
import { safeName, safeText } from '../safe.ts';
import { line, rounded, type Teller, teller } from './lines.ts';

/** What is said of the gateway itself and of its clients. */
export function gatewayTellers(): Teller[] {
  return [
    teller('gateway.started', 'info', ({ version, config, servers, address }) => {
      const where = address === undefined ? '' : ` at ${address}`;
      const msg = `mcpx ${version} started with ${counted(servers, 'server')}${where}`;
      const level = address === undefined ? 'debug' : 'info'; // whoever has started us over stdio knows
      return line(level, msg, { version, config });
    }),
    teller('gateway.stopping', 'info', ({ reason }) => line('info', `stopping: ${reason}`)),
    teller('gateway.changed', 'info', ({ principal, what, detail }) => {
      const msg = `${safeName(principal)} ${safeText(what)}${detail === undefined ? '' : `: ${safeText(detail)}`}`;
      return line('info', msg, { principal: safeName(principal) });
    }),
    teller('config.reloaded', 'info', event => {
      const { ms, cause, warnings } = event;
      const read = line('info', safeText(describedReload(event, ms)), { cause });
      return [read, ...warnings.map(text => line('warn', `warning: ${safeText(text)}`))];
    }),
    teller('config.refused', 'error', ({ cause, problems }) => {
      const shown = problems.map(text => safeText(text)).join('\n');
      return line('error', `configuration not used, the one before goes on:\n${shown}`, { cause });
    }),
    teller('auth.refused', 'warn', ({ code, method, path, from }) =>
      line('warn', `refused ${safeText(`${method} ${path}`, 200)} from ${from}: ${code}`, { code, from }),
    ),
    teller('telemetry.failed', 'error', ({ part, reason }) =>
      line('error', `${part} does not work: ${safeText(reason)}`),
    ),
    teller('telemetry.recovered', 'info', ({ part }) => line('info', `${part} works again`)),
    teller('embeddings.failed', 'warn', ({ reason }) =>
      line(
        'warn',
        `search goes on by words alone, its endpoint for embeddings does not work: ${safeText(reason)}`,
      ),
    ),
    teller('embeddings.recovered', 'info', () => line('info', 'the endpoint for embeddings works again')),
    teller('client.opened', 'info', ({ principal, name = '' }) => {
      const fields = { principal: safeName(principal), client: safeName(name) };
      return line('info', `client ${safeName(name)} has come`, fields);
    }),
    teller('client.closed', 'info', ({ principal, name = '', reason, ms }) => {
      const fields = { principal: safeName(principal), client: safeName(name) };
      const msg = `client ${safeName(name)} has gone after ${Math.round(ms / 1_000)} s: ${safeText(reason, 200)}`;
      return line('info', msg, fields);
    }),
    teller('catalog.changed', 'debug', ({ version, servers, tools }) =>
      line('debug', `catalog ${version}: ${counted(tools, 'tool')} of ${counted(servers, 'server')}`),
    ),
    teller('search.ended', 'debug', ({ queries, found, ms }) => {
      const fields = { queries: queries.map(query => safeText(query, 200)), ms: rounded(ms) };
      return line('debug', `search found ${counted(found, 'tool')}`, fields);
    }),
  ];
}
