// What a client is told by a server, and what it is told by MCPX in front of it: the same, but for what permitted.ts lists.
import { readdirSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import { apart, type Compared, ours, theirs } from './compared.ts';
import { type Place, test } from './harness.ts';
import { hear } from './heard.ts';
import { permitted } from './permitted.ts';
import type { Era, Wire } from './wire.ts';

const subjects = { ...theirs, ...ours };

describe.concurrent.each(['legacy', 'modern'] as const)('a %s client', era => {
  test.for(Object.keys(subjects))(
    'is told by %s what it is told without MCPX',
    { timeout: 60_000 },
    async (name, { place, expect }) => {
      const { server, era: upstream, ...interest } = await subjects[name]!(place);
      const direct = await reach(place, server, upstream);
      const command = place.stdioCommand({ [name]: { ...server } }, { args: ['--flat'] });
      const first = await place.rawStdio(era, command);
      await listed(first); // a server that starts slowly is not waited for; the next run knows it from the start
      await first.end();
      const through = await place.rawStdio(era, command);
      const [said, heard] = await Promise.all([hear(direct, interest), hear(through, interest)]);
      expect([...heard.keys()]).toEqual([...said.keys()]);
      for (const [request, answer] of said) {
        const wanted = permitted(request, answer, upstream, era);
        expect.soft(heard.get(request), request).toStrictEqual(wanted);
        if (wanted === answer)
          expect.soft(JSON.stringify(heard.get(request)), request).toBe(JSON.stringify(answer));
      }
    },
  );
});

test('every fixture is compared, or there is a reason why not', () => {
  const folder = new URL('../fixtures/servers/', import.meta.url);
  const files = readdirSync(folder).filter(name => name.endsWith('.mjs'));
  const known = [...Object.keys(ours).map(name => name.replace(/ \(.*/, '')), ...Object.keys(apart)];
  expect([...new Set(known)].sort()).toEqual(files.map(name => name.slice(0, -4)).sort());
});

/** The server itself, in the folder in which MCPX would run it. */
function reach(place: Place, server: Compared['server'], era: Era): Promise<Wire> {
  if ('url' in server) return place.rawHttp(era, server.url);
  return place.rawStdio(era, { ...server, env: place.env(server.env), cwd: place.folder });
}

async function listed(wire: Wire): Promise<void> {
  const tools = async () => (await wire.request('tools/list')).result!['tools'];
  await vi.waitFor(async () => expect(await tools()).not.toEqual([]), { timeout: 50_000, interval: 100 });
}
