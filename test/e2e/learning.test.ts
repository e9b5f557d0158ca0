// Searches that learn from what is called after them.
import { readFileSync, statSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { fixture, type McpClient, type Place, test } from './harness.ts';

const servers = { echo: fixture('echo') };
const learning = { search: { learn: true } };

/** A client searches with a word that its tool has beside one that no tool has, and calls that tool. */
async function teach(client: McpClient): Promise<void> {
  expect(await client.inspect({ query: ['holiday numbers'] })).toMatch(/^echo\.add\(/);
  await client.exec('echo.add', { a: 1, b: 2 });
}

const knows = async (client: McpClient) =>
  !(await client.inspect({ query: ['holiday'] })).startsWith('No tool');

const files = (place: Place) => place.files().filter(file => file.includes('/learned/'));

test('a call teaches the searches of its key, and of no other; also after a restart', async ({ place }) => {
  const settings = {
    gateway: { ...learning, keys: { one: '${env:ONE}', two: '${env:TWO}' } },
    env: { ONE: 'sk-1', TWO: 'sk-2' },
  };
  const first = await place.serve(servers, settings);
  const by = (url: string, key: string) =>
    place.http('v1', url, { headers: { authorization: `Bearer ${key}` } });
  const client = await by(first.url, 'sk-1');
  expect(await knows(client)).toBe(false);
  await teach(client);
  await vi.waitFor(async () => expect(await knows(client)).toBe(true));
  expect(await knows(await by(first.url, 'sk-1'))).toBe(true);
  expect(await knows(await by(first.url, 'sk-2'))).toBe(false);
  await first.stop();
  expect(files(place)).toHaveLength(1);
  expect(statSync(files(place)[0]!).mode & 0o777).toBe(0o600);
  const second = await place.serve(servers, settings);
  expect(await knows(await by(second.url, 'sk-1'))).toBe(true);
  expect(await knows(await by(second.url, 'sk-2'))).toBe(false);
});

test('a call that fails teaches nothing, nor does anything where learning is off', async ({ place }) => {
  const client = await place.stdio('v1', { wild: fixture('wild') }, { gateway: learning });
  expect(await client.inspect({ query: ['holiday fails'] })).toMatch(/^wild\.fails\(/);
  expect((await client.exec('wild.fails')).isError).toBe(true);
  expect(await knows(client)).toBe(false);
  const off = await place.stdio('v1', servers);
  await teach(off);
  await off.exec('echo.add', { a: 1, b: 2 });
  expect(await knows(off)).toBe(false);
  const texts = place.files().map(file => readFileSync(file, 'utf8'));
  for (const text of texts) expect(text).not.toContain('holiday');
});
