// A call whose server died is made again only where nothing can happen twice.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { errorOf, fixture, kinds, test, textOf } from './harness.ts';

const tools = ['read', 'repeat', 'write'] as const;

test.for(kinds)(
  'with `retry`, those whose tool says that it is harmless, once: %s',
  async (kind, { place }) => {
    const file = join(place.folder, 'calls');
    const client = await place.stdio(kind, { frail: { ...fixture('dies-once', file), retry: true } });
    expect(await client.text('frail.read')).toBe('call 2');
    expect(await client.text('frail.repeat')).toBe('call 2');
    const lost = await client.exec('frail.write');
    expect(errorOf(lost)).toMatchObject({ code: 'UPSTREAM_LOST', retryable: true });
    expect(textOf(lost)).toContain('exited with code 7');
    expect(readFileSync(file, 'utf8')).toBe('read\nread\nrepeat\nrepeat\nwrite\n');
  },
);

test('without it, none', async ({ place }) => {
  const file = join(place.folder, 'calls');
  const client = await place.stdio('v1', { frail: fixture('dies-once', file) });
  for (const tool of tools) {
    expect(errorOf(await client.exec(`frail.${tool}`))).toMatchObject({ code: 'UPSTREAM_LOST' });
  }
  expect(readFileSync(file, 'utf8')).toBe('read\nrepeat\nwrite\n');
});
