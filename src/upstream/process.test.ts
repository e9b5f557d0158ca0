import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { alive, childrenOf, fixture } from '../../test/fixtures/start.ts';
import { McpxError } from '../errors.ts';
import type { RpcMessage } from '../rpc/messages.ts';
import { expectNoChildren } from './connecting.fixture.ts';
import { groupAlive } from './group.ts';
import { describeEnd, type ProcessSpec, ProcessTransport } from './process.ts';
import { killWatched } from './watchdog.ts';

afterAll(expectNoChildren);

const env = { PATH: process.env['PATH'] ?? '' };

class Started extends ProcessTransport {
  readonly messages: RpcMessage[] = [];
  closed = 0;

  constructor(spec: Partial<ProcessSpec>) {
    super({ command: 'no-such-command', args: [], cwd: process.cwd(), env, ...spec });
    this.onmessage = message => this.messages.push(message as RpcMessage);
    this.onclose = () => this.closed++;
  }

  async answer(id: number): Promise<RpcMessage> {
    await vi.waitFor(
      () => expect(this.messages.some(message => 'id' in message && message.id === id)).toBe(true),
      10_000,
    );
    return this.messages.find(message => 'id' in message && message.id === id)!;
  }

  async call(id: number, name: string, given: object = {}): Promise<string> {
    await this.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: given } });
    const { result } = (await this.answer(id)) as unknown as { result: { content: { text: string }[] } };
    return result.content[0]!.text;
  }
}

async function started(name: string, ...args: string[]): Promise<Started> {
  return startedWith(fixture(name, ...args));
}

async function startedWith(spec: Partial<ProcessSpec>): Promise<Started> {
  const child = new Started(spec);
  onTestFinished(() => child.close(0));
  await child.start();
  return child;
}

const script = (text: string) => startedWith({ command: process.execPath, args: ['-e', text] });

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mcpx-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function refusal(spec: Partial<ProcessSpec>): Promise<McpxError> {
  const thrown = await new Started(spec).start().catch(error => error);
  expect(thrown).toBeInstanceOf(McpxError);
  expect(thrown.code).toBe('UPSTREAM_UNAVAILABLE');
  return thrown as McpxError;
}

test('a command that is not there, a folder that is not there, a file that cannot be run', async () => {
  expect((await refusal({})).message).toBe(
    `the command "no-such-command" was not found on PATH, or its folder "${process.cwd()}" does not exist`,
  );
  const missing = join(await folder(), 'missing');
  expect((await refusal({ ...fixture('echo'), cwd: missing })).message).toContain(`its folder "${missing}"`);
  const plain = join(await folder(), 'plain');
  await writeFile(plain, 'text');
  await chmod(plain, 0o644);
  expect((await refusal({ command: plain })).message).toBe(`the command "${plain}" is not executable`);
  expect((await refusal({ command: 'a\0b' })).message).toContain('cannot be started');
});

test('closing before or while it starts leaves nothing running', async () => {
  const never = new Started(fixture('echo'));
  await never.close();
  await expect(never.start()).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  const early = new Started(fixture('echo'));
  const starting = early.start();
  await early.close(0);
  await starting;
  expect(groupAlive(early.pid!)).toBe(false);
  expect(early.closed).toBe(1);
});

test('the child gets its environment and nothing else, its folder, and its arguments untouched', async () => {
  const cwd = await folder();
  const { command, args } = fixture('environment', '--flag', '$(touch x)', 'a b', '');
  const child = await startedWith({ command, args, cwd, env: { ...env, OWN: 'yes', MCPX_OWNER: 'nobody' } });
  const seen = JSON.parse(await child.call(1, 'env')) as { env: object; cwd: string; argv: string[] };
  const marker = expect.stringMatching(new RegExp(`^${process.pid}:`)); // ours, whatever is configured
  expect(seen.env).toEqual({ ...env, OWN: 'yes', MCPX_OWNER: marker });
  expect(seen.cwd).toBe(cwd);
  expect(seen.argv).toEqual(['--flag', '$(touch x)', 'a b', '']);
});

test('how it ended and what it last wrote are known when the connection closes', async () => {
  const child = await started('exits-at-start');
  await vi.waitFor(() => expect(child.closed).toBe(1), 10_000);
  expect(child.end).toEqual({ code: 3, signal: null });
  expect(describeEnd(child.end!)).toBe('exited with code 3');
  expect(child.tail.lines).toEqual(['fatal: FIXTURE_TOKEN is not set', 'see https://example.com/setup']);
  await expect(child.send({})).rejects.toMatchObject({ code: 'UPSTREAM_LOST' });
  expect(describeEnd({ code: null, signal: 'SIGKILL' })).toBe('was ended by SIGKILL');
});

test('answers written just before the exit arrive, long ones and those that we talk over included', async () => {
  const child = await script(`
    const answer = (id, text) => JSON.stringify({ jsonrpc: '2.0', id, result: { text } }) + '\\n';
    process.stdin.once('data', () => {
      process.stdin.destroy();
      try { require('fs').closeSync(0); } catch {} // destroyed, it may be open still
      process.stdout.write(answer(1) + answer(2, 'x'.repeat(20_000_000)) + answer(3), () => process.exit(0));
    });`);
  let talkedOver = 0;
  child.onerror = () => talkedOver++;
  child.onmessage = message => {
    child.messages.push(message as RpcMessage);
    void child.send({ jsonrpc: '2.0', method: 'talked over' }).catch(() => {});
  };
  await child.send({ jsonrpc: '2.0', id: 1, method: 'x' });
  await child.answer(1);
  expect(await child.answer(3)).toEqual({ jsonrpc: '2.0', id: 3, result: {} });
  expect(child.messages).toHaveLength(3);
  expect(talkedOver).toBeGreaterThan(0);
});

test('so does one that comes little by little after the input was closed', async () => {
  const child = await script(`
    const pieces = ['{"jsonrpc":"2.0","id":1,"result":{"text":"', ...Array(40).fill('little by little '), '"}}\\n'];
    process.stdin.once('data', () => {
      process.stdin.destroy();
      try { require('fs').closeSync(0); } catch {} // destroyed, it may be open still
      const timer = setInterval(() => pieces.length > 0 ? process.stdout.write(pieces.shift()) : clearInterval(timer), 20);
      setTimeout(() => {}, 60_000);
    });`);
  let talkedOver = 0;
  child.onerror = () => talkedOver++;
  await child.send({ jsonrpc: '2.0', id: 1, method: 'x' });
  await vi.waitFor(async () => {
    await child.send({ jsonrpc: '2.0', method: 'talked over' });
    expect(talkedOver).toBeGreaterThan(0);
  });
  expect(await child.answer(1)).toMatchObject({ id: 1 });
  await vi.waitFor(() => expect(child.closed).toBe(1), 10_000);
});

test('a server that leaves when its input ends is given the time, and no signal', async () => {
  const child = await started('slow-exit', '300');
  await child.call(1, 'echo', { message: 'up' });
  await child.close(10_000);
  expect(child.end).toEqual({ code: 0, signal: null });
});

test('one that takes longer than it is given is asked by SIGTERM', async () => {
  const child = await started('slow-exit', '20000');
  await child.call(1, 'echo', { message: 'up' });
  await child.close(200);
  expect(child.end).toEqual({ code: null, signal: 'SIGTERM' });
});

test('one that does not listen is killed', async () => {
  const child = await started('ignores-sigterm');
  await child.call(1, 'echo', { message: 'up' });
  await Promise.all([child.close(200), child.close(200)]);
  expect(child.end).toEqual({ code: null, signal: 'SIGKILL' });
  expect(child.tail.lines).toEqual(['ignoring the end of stdin', 'ignoring SIGTERM']);
  expect(child.closed).toBe(1);
});

test('the whole group ends, what a wrapper started included', async () => {
  const child = await started('grandchild.sh', 'child');
  const { pid, child: sleep } = JSON.parse(await child.call(1, 'pids')) as { pid: number; child: number };
  expect([child.pid!, pid, sleep].map(alive)).toEqual([true, true, true]);
  await child.close(200);
  expect(groupAlive(child.pid!)).toBe(false);
  expect([pid, sleep].filter(alive)).toEqual([]);
});

test('when the server dies by itself, what it leaves in its group dies too', async () => {
  const child = await script(`
    require('child_process').spawn('sleep', ['100'], { stdio: 'inherit' }).on('spawn', () => process.exit(5));`);
  await vi.waitFor(() => expect(child.closed).toBe(1), 10_000);
  expect(child.end).toEqual({ code: 5, signal: null });
  await vi.waitFor(() => expect(groupAlive(child.pid!)).toBe(false), 10_000);
});

test('a flood on stderr blocks nobody and is kept to its last lines', async () => {
  const child = await started('stderr-flood');
  let heard = 0;
  child.tail.online = () => heard++;
  const before = process.memoryUsage().rss;
  expect(await child.call(1, 'flood', { mb: 50 })).toBe('50 MB');
  await vi.waitFor(() => expect(child.tail.lines.at(-1)).toBe('the last line'), 10_000);
  expect(child.tail.lines).toHaveLength(50);
  expect(heard).toBe(50 * 1024 + 1);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

test('a hundred servers that never answer leave neither files nor processes behind', async () => {
  const count = async () => (await readdir('/proc/self/fd')).length;
  const round = async () => {
    // no more than may start at a time
    const children = Array.from({ length: 8 }, () => new Started(fixture('never-initializes')));
    await Promise.all(children.map(child => child.start()));
    await Promise.all(children.map(child => child.close(0)));
  };
  await round();
  const before = { fds: await count(), children: childrenOf(process.pid).length };
  for (let rounds = 0; rounds < 13; rounds++) await round();
  expect(await count()).toBeLessThanOrEqual(before.fds);
  expect(childrenOf(process.pid).length).toBe(before.children);
});

/** A process of its own that starts `names` through ProcessTransport and prints the pids of all they consist of. */
async function holder(...specs: { command: string; args: string[] }[]) {
  const path = join(await folder(), 'holder.mts');
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  await writeFile(
    path,
    `import { ProcessTransport } from ${module('./process.ts')};
    const answers = [];
    for (const spec of ${JSON.stringify(specs)}) {
      const child = new ProcessTransport({ ...spec, cwd: process.cwd(), env: { PATH: process.env.PATH } });
      const answered = new Promise(resolve => { child.onmessage = ({ result }) => resolve(result.content[0].text); });
      await child.start();
      await child.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'pids', arguments: {} } });
      const { pid, child: sleep } = JSON.parse(await answered);
      answers.push(child.pid, pid, ...(sleep ? [sleep] : []));
    }
    console.log(JSON.stringify(answers));`,
  );
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const child = spawn(process.execPath, ['--import', tsx, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, pids: JSON.parse(line) as number[], watchdogs: childrenOf(child.pid!) };
}

test('when we are killed the watchdog ends every group, and itself', async () => {
  const { child, pids, watchdogs } = await holder(
    fixture('grandchild.sh', 'child'),
    fixture('ignores-sigterm'),
    fixture('ignores-sigterm'),
  );
  expect(pids.filter(alive)).toHaveLength(pids.length);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await vi.waitFor(() => expect([...pids, ...watchdogs].filter(alive)).toEqual([]), 20_000);
});

test('at our own exit every group is killed at once, however many there are', async () => {
  const start = async () => {
    const child = await started('ignores-sigterm');
    await child.call(1, 'echo', { message: 'up' });
    return child;
  };
  const many = await Promise.all(Array.from({ length: 20 }, start));
  killWatched();
  await vi.waitFor(() => expect(many.map(({ pid }) => pid!).filter(alive)).toEqual([]), 10_000);
});

test('a watchdog that was ended is replaced by one that knows every group', async () => {
  const first = await started('ignores-sigterm');
  await first.call(1, 'echo', { message: 'up' });
  const shells = async () => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)]);
    return stdout.split('\n').flatMap(line => (line.includes('trap ') ? [Number.parseInt(line, 10)] : []));
  };
  const [before] = await shells();
  process.kill(before!, 'SIGKILL');
  await vi.waitFor(async () => expect(await shells()).toEqual([]), 10_000);
  const second = await started('ignores-sigterm');
  await vi.waitFor(async () => expect(await shells()).toHaveLength(1), 10_000);
  await Promise.all([first.close(0), second.close(0)]);
});
