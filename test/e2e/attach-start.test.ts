// The instance file of a running gateway, who finds it, and `--start`, which starts the gateway where there is none.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { alive } from '../fixtures/start.ts';
import { attach, endsBackground, instances } from './attaching.ts';
import { execRaw, fixture, freePort, gone, type Place, test } from './harness.ts';

const servers = { memo: fixture('stateful') };
const folderOf = (place: Place) => join(place.state, 'mcpx/instances');

/** Runs a relay whose client says nothing and leaves. */
function relayed(place: Place, file: string, ...more: string[]) {
  const { args, env } = attach(place, file, ...more);
  return place.run(args.slice(1), env);
}

async function whoami(wire: Parameters<typeof execRaw>[0]): Promise<number> {
  const { result } = await execRaw(wire, 'memo.whoami');
  return Number((result!['content'] as { text: string }[])[0]!.text);
}

describe('the instance file', () => {
  test('is private, says where the gateway is, and is gone after SIGTERM', async ({ place }) => {
    const gateway = await place.serve(servers);
    const [instance, ...others] = instances(place);
    expect(others).toEqual([]);
    expect(instance).toMatchObject({ pid: gateway.pid, address: gateway.base, version: expect.any(String) });
    expect(instance!.config).toBe(join(place.folder, 'mcpx.json'));
    expect(instance!.key).toMatch(/^[\w-]{43}$/);
    expect(Math.abs(Date.now() - instance!.startedAt)).toBeLessThan(60_000);
    expect(statSync(instance!.file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(instance!.file)).mode & 0o777).toBe(0o700);
    gateway.child.kill('SIGTERM');
    await gateway.exit;
    expect(readdirSync(folderOf(place))).toEqual([]);
  });

  test.for([
    ['0.0.0.0', 'http://127.0.0.1:'],
    ['::', 'http://[::1]:'],
  ] as const)('names loopback for a gateway at %s', async ([host, base], { place }) => {
    await place.serve(servers, { args: ['--host', host, '--insecure'] });
    expect(instances(place)[0]!.address).toContain(base);
    const wire = await place.rawStdio('legacy', attach(place, join(place.folder, 'mcpx.json')));
    expect(await whoami(wire)).toBeGreaterThan(0);
  });

  test('is gone as soon as a second signal ends everything', async ({ place }) => {
    const gateway = await place.serve({ slow: fixture('ignores-sigterm') });
    await gateway.listed('slow');
    gateway.child.kill('SIGTERM');
    await vi.waitFor(() => expect(instances(place)).toEqual([]), { timeout: 10_000 }); // nobody new comes while it ends
    expect(gateway.running).toBe(true);
    gateway.child.kill('SIGTERM');
    await gateway.exit;
  });

  test('that cannot be written is a warning', async ({ place }) => {
    mkdirSync(dirname(folderOf(place)), { recursive: true });
    writeFileSync(folderOf(place), 'a file where the folder should be');
    const gateway = await place.serve(servers);
    await gateway.says('warning: `mcpx stdio --attach` will not find this gateway');
    expect((await gateway.health()).status).toBe('alive');
    gateway.child.kill('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
  });

  test('of a gateway that was killed is removed; what is none is left alone', async ({ place }) => {
    const gateway = await place.serve(servers);
    const { file, ...instance } = instances(place)[0]!;
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    const write = (name: string, content: string, mode = 0o600) =>
      writeFileSync(join(folderOf(place), name), content, { mode });
    const ours = { ...instance, pid: process.pid, processStart: '1' }; // lives, but is another process
    write(`${process.pid}.json`, JSON.stringify(ours));
    write('11.json', '{');
    write('12.json', JSON.stringify({ ...instance, pid: 13 }));
    write('13.json', JSON.stringify({ ...instance, pid: 13, address: 'http://user@127.0.0.1:1/x' }));
    write('14.json', JSON.stringify({ ...instance, pid: 14, key: 'a\r\nb' }));
    write('15.json', JSON.stringify({ ...instance, pid: 15, padding: 'x'.repeat(100_000) }));
    write('16.json', JSON.stringify({ ...instance, pid: 16 }), 0o644);
    symlinkSync('/dev/zero', join(folderOf(place), '17.json'));
    mkdirSync(join(folderOf(place), '18.json'));
    execFileSync('/bin/sh', ['-c', 'mkfifo -m 600 "$0"', join(folderOf(place), '19.json')]); // who reads it waits for ever
    write('notes.txt', 'mine');
    const { code, err } = await relayed(place, instance.config);
    expect([code, err]).toEqual([
      1,
      `mcpx: no gateway runs that serves ${instance.config}.\nStart one with \`mcpx serve\`, or add --start.\n`,
    ]);
    const left = [
      '11.json',
      '12.json',
      '13.json',
      '14.json',
      '15.json',
      '16.json',
      '17.json',
      '18.json',
      '19.json',
      'notes.txt',
    ];
    expect(readdirSync(folderOf(place)).sort()).toEqual(left);
    expect(file).toContain(String(gateway.pid));
  });

  test('of the newest gateway that answers wins', async ({ place }) => {
    const older = await place.serve(servers);
    const file = join(place.folder, 'mcpx.json');
    const newer = await place.serveFile(file);
    const one = await place.rawStdio('legacy', attach(place, file));
    const pid = await whoami(one);
    expect(newer.children()).toContain(pid);
    newer.child.kill('SIGSTOP');
    const two = await place.rawStdio('legacy', attach(place, file));
    newer.child.kill('SIGCONT');
    const other = await whoami(two);
    expect(older.children()).toContain(other);
  });
});

describe('no gateway', () => {
  test('and nothing to start it: exit code 1, and what to do', async ({ place }) => {
    const file = place.write(servers);
    expect(await relayed(place, file)).toMatchObject({
      code: 1,
      out: '',
      err: `mcpx: no gateway runs that serves ${file}.\nStart one with \`mcpx serve\`, or add --start.\n`,
    });
  });

  test('and no configuration: exit code 2', async ({ place }) => {
    expect(await relayed(place, join(place.folder, 'none.json'), '--start')).toMatchObject({ code: 2 });
  });

  test('--start alone is wrong usage', async ({ place }) => {
    expect(await place.run(['stdio', '--start', '--config', place.write(servers)])).toMatchObject({
      code: 2,
    });
  });

  test('and five windows at once with --start make one that outlives them', async ({ place }) => {
    endsBackground(place);
    const file = place.write(servers);
    const open = () => place.rawStdio('legacy', attach(place, file, '--start'));
    const windows = await Promise.all(Array.from({ length: 5 }, open));
    const pids = await Promise.all(windows.map(whoami));
    expect(new Set(pids).size).toBe(5);
    const [gateway, ...others] = instances(place);
    expect(others).toEqual([]);
    for (const window of windows) expect(await window.client.leave()).toEqual({ code: 0, signal: null });
    await gone(pids, 20_000);
    expect(alive(gateway!.pid)).toBe(true);
    const files = readdirSync(folderOf(place));
    expect(files.filter(name => name.endsWith('.turn'))).toEqual([]);
    const log = files.find(name => name.endsWith('.log'))!;
    expect(statSync(join(folderOf(place), log)).mode & 0o777).toBe(0o600);
    const again = await place.rawStdio('modern', attach(place, file, '--start'));
    await whoami(again);
    expect(instances(place)).toHaveLength(1);
    const group = readFileSync(`/proc/${gateway!.pid}/stat`, 'latin1').split(') ')[1]!.split(' ')[2];
    expect(Number(group)).toBe(gateway!.pid);
  });

  test('and one that a server of another gateway asks for: it does not belong to that gateway', async ({
    place,
  }) => {
    endsBackground(place);
    const { env, ...command } = attach(place, place.write(servers), '--start');
    const wire = await place.rawStdio('modern', { ...command, env: { ...env, MCPX_OWNER: '1:1:1:1' } });
    await whoami(wire);
    const environment = readFileSync(`/proc/${instances(place)[0]!.pid}/environ`, 'utf8');
    expect(environment).toContain(place.folder);
    expect(environment).not.toContain('MCPX_OWNER');
  });

  test('that can be started: what it said is shown, and nothing is left', async ({ place }) => {
    endsBackground(place);
    const port = await freePort();
    const holder = await place.serve(servers, { args: ['--port', String(port)] });
    const file = join(place.folder, 'second.json');
    writeFileSync(file, JSON.stringify({ mcpServers: servers, gateway: { port } }));
    const [one, two] = await Promise.all([relayed(place, file, '--start'), relayed(place, file, '--start')]);
    for (const { code, err } of [one, two]) {
      expect(code).toBe(1);
      expect(err).toContain(
        `there is no gateway for ${file}: it ended at once, with exit code 1. It said:\n`,
      );
      expect(err).toContain(`mcpx: port ${port} on 127.0.0.1 is taken.`);
    }
    expect(instances(place).map(({ pid }) => pid)).toEqual([holder.pid]);
    expect(readdirSync(folderOf(place)).filter(name => name.endsWith('.turn'))).toEqual([]);
  });

  test('but somebody who was killed while starting it: that one is waited for', async ({ place }) => {
    endsBackground(place);
    const file = place.write(servers);
    const first = await place.rawStdio('modern', attach(place, file, '--start'));
    const turns = () => readdirSync(folderOf(place)).filter(name => name.endsWith('.turn'));
    await vi.waitFor(() => expect(turns()).toHaveLength(2), { interval: 2 }); // its own, and that of the gateway
    first.client.child.kill('SIGKILL');
    const second = await place.rawStdio('legacy', attach(place, file, '--start'));
    expect(await whoami(second)).toBeGreaterThan(0);
    await new Promise(resolve => setTimeout(resolve, 1_000)); // were there another, it would have come by now
    expect(instances(place)).toHaveLength(1);
  });
});
