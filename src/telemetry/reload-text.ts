import type { Events } from './events.ts';

type Reloaded = Events['config.reloaded'];
type Change = Reloaded['replaced'][number];

/** What a reload has done, in one line. */
export function describedReload(
  {
    added,
    removed,
    replaced,
    adjusted,
    gateway,
    restart,
  }: Omit<Reloaded, 'file' | 'version' | 'cause' | 'ms' | 'warnings'>,
  ms: number,
): string {
  const parts = [
    listed('added', added),
    listed('removed', removed),
    listed('connected anew', replaced.map(described)),
    listed('changed', adjusted.map(described)),
    listed('gateway', gateway),
    listed('at the next start', restart),
  ].filter(Boolean);
  const what = parts.length === 0 ? 'nothing has changed' : parts.join('; ');
  return `configuration read in ${Math.round(ms)} ms: ${what}`;
}

function listed(what: string, names: string[]): string {
  return names.length === 0 ? '' : `${what} ${names.join(', ')}`;
}

function described({ server, settings }: Change): string {
  return `${server} (${settings.join(', ')})`;
}
