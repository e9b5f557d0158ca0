// Every official client over every transport, in front of the demo's servers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { kinds, type McpClient, main, type Place, root, test, textOf } from './harness.ts';

const demo = join(root, 'examples/demo.json');

const transports: Record<string, (place: Place, kind: (typeof kinds)[number]) => Promise<McpClient>> = {
  stdio: (place, kind) =>
    place.stdioTo(kind, {
      command: process.execPath,
      args: [main, 'stdio', '--config', demo],
      env: place.env(),
    }),
  HTTP: async (place, kind) => place.http(kind, (await place.serveFile(demo)).url),
};

describe.each(kinds)('%s client', kind => {
  describe.each(Object.keys(transports))('over %s', transport => {
    test('finds, runs and reads what the demo servers have, through three tools', async ({ place }) => {
      const client = await transports[transport]!(place, kind);
      expect((await client.tools()).map(({ name }) => name)).toEqual(['inspect', 'exec', 'resources']);

      const found = () => client.inspect({ query: ['read a text file'] });
      await expect.poll(found).toContain('files.read_text_file(path: string'); // a busy machine is slow to start servers

      const path = join(root, 'examples/files/poem.txt');
      const read = await client.exec('files.read_text_file', { path });
      expect(textOf(read)).toBe(readFileSync(path, 'utf8'));
      expect(read.structuredContent).toEqual({ content: readFileSync(path, 'utf8') });

      const entity = { name: 'Ada', entityType: 'person', observations: ['wrote the first program'] };
      await client.exec('memory.create_entities', { entities: [entity] });
      const graph = await client.exec('memory.read_graph');
      expect(graph.structuredContent).toEqual({ entities: [entity], relations: [] });

      expect(await client.text('everything.echo', { message: 'hello' })).toBe('Echo: hello');

      const listed = textOf(await client.resources({ server: 'everything' }));
      const uri = /demo:\S+/.exec(listed)![0];
      expect(textOf(await client.resources({ uri }))).not.toBe('');
    });
  });
});
