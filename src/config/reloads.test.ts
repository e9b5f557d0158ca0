import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Events, subscribe } from '../telemetry/events.ts';
import { difference } from './diff.ts';
import { loadConfig } from './load.ts';
import { folderWith } from './loading.fixture.ts';
import { Reloads } from './reloads.ts';
import type { Config } from './types.ts';

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 });

type Told = { reloaded: Events['config.reloaded'] } | { refused: Events['config.refused'] };

const withTimeout = (timeoutMs: number) =>
  JSON.stringify({ mcpServers: { a: { command: 'node', timeoutMs } } });

/** Reloads of a file of its own, and what they have told and applied. */
async function kept(first: string, files: Record<string, string> = {}, env: Record<string, string> = {}) {
  const folder = await folderWith({ ...files, 'mcpx.json': first });
  const file = join(folder, 'mcpx.json');
  const told: Told[] = [];
  const applied: Config[] = [];
  const ends = [
    subscribe('config.reloaded', reloaded => reloaded.file === file && told.push({ reloaded })),
    subscribe('config.refused', refused => refused.file === file && told.push({ refused })),
  ];
  let current = await loadConfig(file, env);
  let release = Promise.resolve();
  let loads = 0;
  const reloads = new Reloads({
    current,
    load: async () => {
      loads++;
      await release;
      return loadConfig(file, env);
    },
    apply: async config => {
      applied.push(config);
      const changes = difference(current, config);
      current = config;
      return { difference: changes, swapped: Promise.resolve() };
    },
    watch: { quietMs: 30 },
  });
  onTestFinished(() => {
    reloads.close();
    for (const end of ends) end();
  });
  await soon(() => expect(applied).toHaveLength(1)); // what may have changed before it was watched
  return {
    reloads,
    told,
    applied,
    folder,
    loads: () => loads,
    /** In one step: half of a file would be news of its own. */
    save: (text: string, name = 'mcpx.json') => {
      writeFileSync(join(folder, `${name}.new`), text);
      renameSync(join(folder, `${name}.new`), join(folder, name));
    },
    hold: (until: Promise<void>) => {
      release = until;
    },
    timeout: () => applied.at(-1)!.servers[0]!.timeoutMs,
  };
}

test('a saved file is read, and told of with what has changed', async () => {
  const { told, save, timeout, reloads } = await kept(withTimeout(1));
  const before = reloads.report.version;
  save(withTimeout(2));
  await soon(() => expect(told).toHaveLength(1));
  expect(told[0]).toMatchObject({
    reloaded: { cause: 'file', adjusted: [{ server: 'a', settings: ['timeoutMs'] }], added: [], removed: [] },
  });
  expect(timeout()).toBe(2);
  expect(reloads.report.version).not.toBe(before);
});

test('a file that is saved without a change is no news; who asks is told all the same', async () => {
  const { told, save, reloads, loads } = await kept(withTimeout(1));
  save(`// saved\n${withTimeout(1)}`);
  await soon(() => expect(loads()).toBe(2));
  await reloads.reload('request');
  expect(told).toMatchObject([{ reloaded: { cause: 'request', adjusted: [] } }]);
});

test('what a reference leads to is watched too, also when it is not there yet', async () => {
  const first =
    '{ "mcpServers": { "a": { "command": "node", "args": ["${file:secret}"], "envFile": ".env" } } }';
  const { save, applied } = await kept(first, { '.env': 'A=1' });
  const target = () => applied.at(-1)?.servers[0]?.target as { args: string[]; ownEnv: object } | undefined;
  expect(applied[0]!.servers[0]!.problem).toBeDefined();
  save('found', 'secret');
  await soon(() => expect(target()?.args).toEqual(['found']));
  save('A=2', '.env');
  await soon(() => expect(target()?.ownEnv).toEqual({ A: '2' }));
});

test('what cannot be used changes nothing, is told once with its place, and told to be over', async () => {
  const { told, save, applied, reloads, folder, loads } = await kept(withTimeout(1));
  save('{\n  "mcpServers": 1\n}');
  await soon(() => expect(told).toHaveLength(1));
  const problems = [`${join(folder, 'mcpx.json')}:2:17: mcpServers is 1; expected an object`];
  expect(told[0]).toEqual({ refused: { file: join(folder, 'mcpx.json'), cause: 'file', problems } });
  expect(reloads.report.refused?.problems).toEqual(problems);
  expect(await reloads.reload('request')).toEqual({ ok: false, problems });
  const before = loads();
  save('{\n  "mcpServers": 1 // again\n}');
  await soon(() => expect(loads()).toBeGreaterThan(before));
  expect(applied).toHaveLength(1);
  save(withTimeout(1));
  await soon(() => expect(told).toHaveLength(3));
  expect(told.map(event => Object.keys(event)[0])).toEqual(['refused', 'refused', 'reloaded']);
  expect(reloads.report.refused).toBeUndefined();
});

test('of many that are asked for while one runs one is done, with the newest file', async () => {
  const { save, reloads, loads, hold, timeout } = await kept(withTimeout(1));
  let go = () => {};
  hold(
    new Promise(resolve => {
      go = resolve;
    }),
  );
  const first = reloads.reload('signal');
  await soon(() => expect(loads()).toBe(2));
  const others = Array.from({ length: 50 }, () => reloads.reload('request'));
  save(withTimeout(7));
  go();
  await Promise.all([first, ...others]);
  expect(loads()).toBe(3);
  expect(timeout()).toBe(7);
});

test('a setting that waits for the next start is told of once', async () => {
  const at = (port: number, timeoutMs: number) =>
    JSON.stringify({ mcpServers: { a: { command: 'node', timeoutMs } }, gateway: { port } });
  const { told, save, reloads } = await kept(at(1, 1));
  save(at(2, 1));
  await soon(() => expect(told).toHaveLength(1));
  expect(told[0]).toMatchObject({ reloaded: { restart: ['port'] } });
  expect(reloads.report.restart).toEqual(['port']);
});

test('only new warnings are told', async () => {
  const { told, save } = await kept('{ "mcpServers": {}, "nobody": 1 }');
  save('{ "mcpServers": {}, "nobody": 1, "gateway": { "drainMs": 1, "other": 1 } }');
  await soon(() => expect(told).toHaveLength(1));
  expect(told).toMatchObject([{ reloaded: { warnings: [expect.stringContaining('"other"')] } }]);
});
