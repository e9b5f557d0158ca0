import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { Database, type DatabaseOptions } from './database.ts';
import { statsFrom } from './queries.ts';
import { callRecord } from './record.fixture.ts';
import { type CallRecord, idAt, rowOf } from './record.ts';

const gibi = 1024 ** 3;

function database(options: Partial<DatabaseOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'made', 'calls.db');
  const made = new Database(sqlite, { path, maxBytes: gibi, maxAgeMs: gibi, ...options });
  const add = (...records: CallRecord[]) => made.add(records.map(rowOf));
  const ids = (...given: Parameters<Database['source']>) => made.source(...given).map(({ id }) => id);
  return { made, path, add, ids };
}

const everything: CallRecord = {
  ...callRecord(),
  code: -32_000,
  error: 'out of luck',
  cached: 'kept',
  argumentTokens: 3,
  resultTokens: 4,
  resultTokensBefore: 5,
  request: 'r-1',
  trace: '0af7651916cd43dd8448eb211c80319c',
  arguments: '{}',
  result: '[]',
};

test('a call is remembered as it was, in a file that nobody else can read', () => {
  const { made, path, add } = database();
  add(everything, callRecord({ id: 999 }));
  expect(made.source({}, { limit: 9, payloads: true })).toEqual([everything, callRecord({ id: 999 })]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what calls were given and gave is told to those alone who ask for it', () => {
  const { made, add } = database();
  add(everything);
  const { arguments: _, result: __, ...rest } = everything;
  expect(made.source({}, { limit: 9 })).toEqual([rest]);
});

test('the calls that fit are told, the latest first, a page at a time', () => {
  const { add, ids } = database();
  for (let at = 1; at <= 9; at++)
    add(callRecord({ id: idAt(at), tool: at % 2 ? 'odd' : 'even', request: `r-${at}` }));
  expect(ids({ since: 3, until: 8 }, { limit: 9 })).toEqual([7, 6, 5, 4, 3].map(idAt));
  expect(ids({ tool: 'odd' }, { limit: 2 })).toEqual([9, 7].map(idAt));
  expect(ids({ tool: 'odd' }, { limit: 2, before: idAt(7) })).toEqual([5, 3].map(idAt));
  expect(ids({ request: 'r-4', server: 'files' }, { limit: 9 })).toEqual([idAt(4)]);
  expect(ids({ request: 'r-4', server: "' OR 1" }, { limit: 9 })).toEqual([]);
});

test('half a character, which would end the process, is a character that is not known', () => {
  const { made, add } = database();
  add(callRecord({ tool: 'half \ud800' }));
  expect(made.source({}, { limit: 1 })[0]?.tool).toBe('half \ufffd');
});

test('calls of many pages add up', async () => {
  const { made, add } = database();
  const calls = Array.from({ length: 5_000 }, (_, n) => callRecord({ id: n, ms: n }));
  add(...calls);
  const stats = await statsFrom((...given) => made.source(...given), { tool: 'read' });
  expect(stats.all.calls).toBe(5_000);
  expect(stats.slowest.slice(0, 2).map(({ ms }) => ms)).toEqual([4_999, 4_998]);
});

test('the oldest calls make room, and the file grows no more', () => {
  const { made, path, add, ids } = database({ maxBytes: 2 * 1024 ** 2 });
  for (let batch = 0; batch < 20; batch++)
    add(
      ...Array.from({ length: 500 }, (_, n) => callRecord({ id: batch * 500 + n, error: 'x'.repeat(500) })),
    );
  expect(statSync(path).size).toBeLessThan(3 * 1024 ** 2);
  expect(ids({}, { limit: 1 })).toEqual([9_999]);
  expect(made.source({}, { limit: 10_000 }).length).toBeGreaterThan(1_000);
});

test('calls that are too old are forgotten, in parts', () => {
  const { made, add, ids } = database({ maxAgeMs: 60_000 });
  const old = Array.from({ length: 1_500 }, (_, n) => callRecord({ id: idAt(Date.now() - 70_000) + n }));
  const recent = callRecord({ id: idAt(Date.now() - 10_000) });
  add(...old, recent);
  expect([made.prune(), made.prune()]).toEqual([true, false]);
  expect(ids({}, { limit: 9_999 })).toEqual([recent.id]);
});

test('a file of a later version, and what is none, is left alone', () => {
  const { path } = database();
  const open = (name: string) => () => new Database(sqlite, { path: name, maxBytes: gibi, maxAgeMs: gibi });
  const later = `${path}-later`;
  new sqlite(later).exec('PRAGMA user_version = 2');
  expect(open(later)).toThrow('another version of MCPX');
  const none = `${path}-none`;
  writeFileSync(none, 'x'.repeat(9_999));
  expect(open(none)).toThrow('not a database');
  expect(readFileSync(none, 'utf8')).toBe('x'.repeat(9_999));
});
