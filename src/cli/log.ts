import { subscribe } from '../telemetry/events.ts';
import { counted } from '../words.ts';
import { harmless } from './print.ts';
import { describedReload } from './reload-text.ts';

/** Tells on stderr how servers are doing, one line for each change; `quiet` leaves only what is wrong. */
export function logToStderr(quiet: boolean): void {
  const write = (text: string) => process.stderr.write(`${new Date().toISOString()} ${harmless(text)}\n`);
  const troubles = new Map<string, string>();
  subscribe('upstream.state', ({ server, status: { state, reason } }) => {
    if (state !== 'failed' && state !== 'degraded' && state !== 'needs_auth') return;
    const trouble = `${server}: ${state}: ${reason}`;
    if (troubles.get(server) !== trouble) write(trouble); // a server that fails the same way again is no news
    troubles.set(server, trouble);
  });
  subscribe('upstream.listed', ({ server, tools, ms, warnings }) => {
    troubles.delete(server);
    if (!quiet) write(`${server}: ${counted(tools, 'tool')} listed in ${Math.round(ms)} ms`);
    for (const warning of quiet ? [] : warnings) write(`${server}: warning: ${warning}`);
  });
  subscribe('config.reloaded', ({ ms, warnings, ...difference }) => {
    if (!quiet) write(describedReload(difference, ms));
    for (const warning of warnings) write(`warning: ${warning}`);
  });
  subscribe('config.refused', ({ problems }) => {
    write('configuration not used, the one before goes on:');
    for (const problem of problems) write(problem);
  });
  subscribe('upstream.noise', ({ server, line, count }) => {
    if (!quiet && count === 1)
      write(`${server}: writes to stdout what is no message of the protocol (skipped), such as: ${line}`);
  });
}
