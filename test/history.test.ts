import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { publish, subscribe } from '../src/telemetry/events.ts';
import { History } from '../src/telemetry/history/history.ts';
import type { CallNote } from '../src/telemetry/notes.ts';

const root = resolve(import.meta.dirname, '..');
const patience = { timeout: 20_000 };

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const database = { path: join(folder, 'calls.db'), maxBytes: 1024 ** 3, maxAgeMs: 1024 ** 3 };
  const worker = pathToFileURL(join(root, 'dist/history-worker.js'));
  const open = () => {
    const history = new History({ disk: { database, worker }, payloads: true, retryMs: 100 });
    onTestFinished(() => history.close());
    return history;
  };
  return { path: database.path, open };
}

/** Another process that has the database until it is ended. */
async function locked(path: string) {
  const script = `
    const Sqlite = require('libsql');
    const sqlite = new Sqlite(${JSON.stringify(path)});
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = 1; COMMIT');
    console.log('locked');
    process.stdin.on('end', () => process.exit()).resume();`;
  const child = spawn(process.execPath, ['-e', script], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
}

function ended(tool: string): void {
  const note: CallNote = {
    principal: 'p',
    client: 'c',
    server: 's',
    method: 'tools/call',
    tool,
    params: { arguments: { some: 'words' } },
    at: Date.now(),
    queueMs: 0,
    upstreamMs: 0,
    sent: 0,
    received: 0,
    attempts: 1,
    ms: 1,
    outcome: 'ok',
  };
  publish('call.ended', note);
}

const toolsIn = async (history: History) =>
  (await history.calls({}, { limit: 9_999 })).map(({ tool }) => tool).reverse();

test('when the database works again, what was in memory is written there', async () => {
  const { path, open } = place();
  const release = await locked(path);
  const told: string[] = [];
  onTestFinished(subscribe('telemetry.failed', ({ reason }) => told.push(reason)));
  onTestFinished(subscribe('telemetry.recovered', ({ part }) => told.push(part)));
  const history = open();
  ended('first');
  expect(await toolsIn(history)).toEqual(['first']);
  ended('second');
  await vi.waitFor(() => expect(history.report.place).toBe('memory'), patience);
  await release();
  await vi.waitFor(() => expect(history.report.place).toBe('database'), patience);
  ended('third');
  expect(await toolsIn(history)).toEqual(['first', 'second', 'third']);
  expect(told).toEqual([expect.stringContaining('locked'), 'the history']);
  await history.close();
  expect(await toolsIn(open())).toEqual(['first', 'second', 'third']);
});

test('memory has room for the last calls, and the others are counted', async () => {
  const { path, open } = place();
  const release = await locked(path);
  const history = open();
  for (let n = 0; n < 3_000; n++) {
    ended(`tool ${n}`);
    if (n % 1_000 === 0) await history.stats({});
  }
  const tools = await toolsIn(history);
  expect([tools.length, tools[0], tools.at(-1)]).toEqual([2_000, 'tool 1000', 'tool 2999']);
  expect(history.report.lost).toBe(1_000);
  await release();
});
