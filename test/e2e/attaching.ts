// `mcpx stdio --attach`, and the gateways that it finds or starts.
import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import { alive } from '../fixtures/start.ts';
import { gone, main } from './gateway.ts';
import type { Place } from './place.ts';

/** What a running gateway writes about itself. */
export interface Instance {
  file: string;
  pid: number;
  processStart?: string;
  address: string;
  config: string;
  version: string;
  startedAt: number;
  key: string;
}

/** The command line of a relay to the gateway of the configuration `file`. */
export function attach(place: Place, file: string, ...more: string[]) {
  return {
    command: process.execPath,
    args: [main, 'stdio', '--attach', ...more, '--config', file],
    env: place.env(),
  };
}

/** Every instance file of the test, as it stands there. */
export function instances(place: Place): Instance[] {
  return place
    .files()
    .filter(path => /instances\/\d+\.json$/.test(path))
    .map(file => ({ ...(JSON.parse(readFileSync(file, 'utf8')) as Instance), file }));
}

/** Gateways that run in the background are ended when the test is over. */
export function endsBackground(place: Place): void {
  place.onClose(async () => {
    const pids = instances(place).map(({ pid }) => pid);
    for (const pid of pids.filter(alive)) process.kill(pid, 'SIGTERM');
    await gone(pids, 15_000);
  });
}

/** Resolves when a line of `lines` contains `text`; the line. */
export async function lineWith(lines: string[], text: string, timeout = 20_000): Promise<string> {
  return vi.waitFor(
    () => {
      const found = lines.find(line => line.includes(text));
      if (found === undefined) throw new Error(`no line with ${text}: ${lines.join('\n').slice(-2_000)}`);
      return found;
    },
    { timeout, interval: 10 },
  );
}
