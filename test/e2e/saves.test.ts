// A file that is saved two hundred times in ten seconds, in every way there is, while sixteen clients call.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { versionOf } from '../../src/config/load.ts';
import { execRaw, fixture, gone, type Place, type RawHttp, test } from './harness.ts';

const saves = 200;
const lastMs = 10_000;
const clients = 16;

const untouched = fixture('stateful');
const echo = fixture('echo');

/** A configuration of its own for each number; `untouched` stands in all of them. */
function configuration(number: number): string {
  const others = Array.from({ length: number % 4 }, (_, index) => [`other-${(number + index) % 7}`, echo]);
  const servers = { untouched, ...Object.fromEntries(others) };
  const changing = {
    ...echo,
    timeoutMs: 1_000 + number,
    ...(number % 5 === 0 && { env: { N: `${number}` } }),
  };
  return JSON.stringify({ mcpServers: { ...servers, changing } }, null, 2);
}

/** Each puts the text there in another way, or spoils what is there; the first one is the last of all. */
const ways: ((file: string, text: string, number: number) => void | Promise<void>)[] = [
  (file, text) => {
    writeFileSync(file, text); // in place
  },
  (file, text) => {
    writeFileSync(`${file}.tmp`, text); // by a rename
    renameSync(`${file}.tmp`, file);
  },
  async (file, text) => {
    writeFileSync(file, text.slice(0, text.length / 2)); // in two halves
    await sleep(20);
    appendFileSync(file, text.slice(text.length / 2));
  },
  (file, text) => {
    writeFileSync(file, text.slice(0, text.length / 3)); // half of it for good
  },
  file => {
    truncateSync(file); // nothing
  },
  (file, text) => {
    writeFileSync(file, text.replace('"mcpServers"', '"mcpServers":')); // no JSON
  },
  (file, text) => {
    writeFileSync(file, text.replace('"timeoutMs": ', '"timeoutMs": -')); // not what is allowed
  },
  (file, text) => {
    unlinkSync(file); // gone, and back
    writeFileSync(file, text);
  },
  (file, text, number) => {
    const folder = join(file, '..', `mount-${number}`); // a link, as Kubernetes swaps them
    mkdirSync(folder);
    writeFileSync(join(folder, 'mcpx.json'), text);
    symlinkSync(join(folder, 'mcpx.json'), `${file}.link`);
    renameSync(`${file}.link`, file);
  },
  (file, text) => {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : text;
    writeFileSync(file, text); // changed and taken back
    writeFileSync(file, before);
  },
];

/** Calls without pause until told to stop; the pids that answered, and whatever was no answer. */
function caller(client: RawHttp) {
  const pids = new Set<string>();
  const failures: unknown[] = [];
  let calls = 0;
  let stopped = false;
  const ended = (async () => {
    while (!stopped) {
      const answer = await execRaw(client, 'untouched.whoami').catch(error => error);
      calls++;
      const text = answer?.result?.content?.[0]?.text;
      if (answer?.result?.isError !== undefined || typeof text !== 'string') failures.push(answer);
      else pids.add(text);
    }
  })();
  const stop = async () => {
    stopped = true;
    await ended;
    return { pids: [...pids], failures, calls };
  };
  return { stop };
}

async function connected(place: Place, url: string): Promise<RawHttp[]> {
  return Promise.all(
    Array.from({ length: clients }, (_, index) =>
      place.rawHttp(index % 2 === 0 ? 'legacy' : 'modern', `${url}?client=${index}`),
    ),
  );
}

test('no call fails on a server that did not change, and the last file that can be used holds', {
  timeout: 300_000,
}, async ({ place }) => {
  const file = join(place.folder, 'mcpx.json');
  writeFileSync(file, configuration(0));
  const gateway = await place.serveFile(file);
  const all = await connected(place, gateway.url);
  const pidOf = async (client: RawHttp) => {
    const { result } = await execRaw(client, 'untouched.whoami');
    return (result!['content'] as { text: string }[])[0]!.text;
  };
  const before = await Promise.all(all.map(pidOf));
  expect(new Set(before).size).toBe(clients);

  const callers = all.map(caller);
  const started = performance.now();
  for (let number = 1; number <= saves; number++) {
    const wait = (number * lastMs) / saves - (performance.now() - started);
    if (wait > 0) await sleep(wait);
    await ways[number % ways.length]!(file, configuration(number), number);
  }
  const took = performance.now() - started;
  const expected = Object.keys(JSON.parse(configuration(saves)).mcpServers);
  const names = async () => (await gateway.health()).servers?.map(({ name }) => name);
  const version = async () => (await gateway.health()).configuration?.version;
  await vi.waitFor(async () => expect(await version()).toBe(versionOf(configuration(saves))), {
    timeout: 60_000,
  });
  expect(await names()).toEqual(expected);
  const from = gateway.err.length;
  writeFileSync(file, configuration(saves + 1).slice(0, -5)); // what comes last and cannot be used changes nothing
  await vi.waitFor(() => expect(gateway.err.slice(from)).toContain(`${file}:`), { timeout: 30_000 });
  expect([await names(), await version()]).toEqual([expected, versionOf(configuration(saves))]);
  const results = await Promise.all(callers.map(({ stop }) => stop()));

  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  expect(results.map(({ pids }) => pids)).toEqual(before.map(pid => [pid]));
  expect(await Promise.all(all.map(pidOf))).toEqual(before);
  expect(took).toBeLessThan(10 * lastMs);
  const calls = results.reduce((sum, one) => sum + one.calls, 0);
  const reloads = gateway.err.match(/configuration read in/g)?.length ?? 0;
  console.log(`${calls} calls, ${saves} saves in ${Math.round(took)} ms, ${reloads} reloads`);
  expect(calls).toBeGreaterThan(clients * 10);

  const servers = new Set([...before.map(Number), ...gateway.children()]);
  rmSync(file);
  await gateway.stop();
  await gone([...servers], 10_000);
});
