// The Dockerfile without Docker: a linter reads it, and what it says is done, step by step, in a clean folder. What
// needs the base image is left out: apt-get, tini, and what comes from other images. `npm ci` has been done: by whoever
// runs this test.
import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { fixture } from '../fixtures/start.ts';
import { freePort, root } from './gateway.ts';

const run = promisify(execFile);
const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
const steps = DockerfileParser.parse(text)
  .getInstructions()
  .map(step => ({ keyword: step.getKeyword(), given: argumentsOf(step.getTextContent()) }));
const stages = stagesOf(steps);

test('a linter finds nothing', () => {
  expect(validate(text).map(({ message }) => message)).toEqual([]);
});

test('both images run without privileges, under an init, and say whether they are well', () => {
  const { slim, full } = stages;
  expect(last(full!, 'USER')).toBe('1000:1000');
  expect(last(slim!, 'USER')).toBe('1000:1000');
  expect(list(last(slim!, 'ENTRYPOINT'))[0]).toBe('tini');
  expect(last(slim!, 'HEALTHCHECK')).toContain('/healthz');
  expect(steps.at(-1)).toEqual({ keyword: 'USER', given: '1000:1000' });
});

test('compose.yaml mounts what there is, and its services find each other', () => {
  const { services, volumes } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'));
  const mounts = Object.values(services).flatMap(service => (service as { volumes: string[] }).volumes);
  const sources = mounts.map(mount => mount.split(':')[0]!);
  expect(sources.filter(source => !(source in volumes) && !existsSync(join(root, source)))).toEqual([]);
  const scraped = parse(readFileSync(join(root, 'deploy/compose/prometheus.yml'), 'utf8'));
  expect(scraped.scrape_configs[0].static_configs[0].targets).toEqual(['mcpx:8000']);
  expect(services.mcpx.read_only).toBe(true);
});

describe.runIf(process.platform === 'linux')('its steps, in a clean folder', () => {
  const place = mkdtempSync(join(tmpdir(), 'mcpx-container-'));
  const inside = (path: string) =>
    path.replace(/(?<![\w.])\/(src|out|opt|config|data)(?=\/|\s|$)/g, `${place}/$1`);
  const nobody = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};

  beforeAll(async () => {
    chmodSync(place, 0o755);
    const cwd = inside('/src');
    mkdirSync(cwd);
    for (const { keyword, given } of stages['build']!) {
      if (keyword === 'COPY') copied(given, cwd);
      if (given.startsWith('npm ci')) symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'));
      else if (keyword === 'RUN')
        await run('sh', ['-ec', `umask 022; ${inside(given)}`], { cwd, env: installing(place) });
    }
    const prepared = stages['slim']!.filter(
      ({ keyword, given }) => keyword === 'RUN' && !/apt-get/.test(given),
    );
    for (const { given } of prepared)
      await run('sh', [
        '-ec',
        process.getuid?.() === 0 ? inside(given) : inside(given).replace(/&& chown.*/, ''),
      ]);
  }, 240_000);

  afterAll(() => rmSync(place, { recursive: true, maxRetries: 5 }));

  test('only production files are installed', () => {
    const modules = inside('/opt/mcpx/lib/node_modules/mcpx-gateway');
    expect(existsSync(join(modules, 'dist/cli/main.js'))).toBe(true);
    expect(existsSync(join(modules, 'src'))).toBe(false);
    expect(existsSync(join(modules, 'node_modules/vitest'))).toBe(false);
  });

  test('it serves as an unprivileged user, is healthy, takes over a changed file, and ends with 0', async () => {
    const port = String(await freePort());
    const here = (words: string[]) => words.map(word => word.replaceAll('8000', port));
    const config = { mcpServers: {}, gateway: { keys: { me: '${env:MCPX_KEY}' } } };
    const file = inside('/config/mcpx.json');
    writeFileSync(file, JSON.stringify(config));
    const env = { ...variables(inside), MCPX_KEY: 'a-key-of-the-test' };
    const [, , program, ...args] = [
      ...list(last(stages['slim']!, 'ENTRYPOINT')),
      ...list(last(stages['slim']!, 'CMD')),
    ];
    const child = spawn(program!, here(args), { cwd: inside('/data'), env, stdio: 'ignore', ...nobody });
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
    try {
      const [checker, ...check] = here(
        list(last(stages['slim']!, 'HEALTHCHECK').replace(/^[\s\S]*?CMD /, '')),
      );
      const healthy = () => run(checker!, check, { env, ...nobody });
      await vi.waitFor(healthy, { timeout: 25_000, interval: 200 });

      writeFileSync(file, JSON.stringify({ ...config, mcpServers: { echo: fixture('echo') } }));
      const asked = { headers: { authorization: `Bearer ${env.MCPX_KEY}` } };
      const servers = async () => await (await fetch(`http://127.0.0.1:${port}/readyz`, asked)).text();
      await vi.waitFor(async () => expect(await servers()).toContain('echo'), { timeout: 25_000 });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
    expect(existsSync(inside('/data/state/mcpx'))).toBe(true);
  }, 80_000);

  /** What the build context has of it: what `.dockerignore` does not leave out. */
  function copied(given: string, to: string): void {
    const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const kept = lines.filter(line => line.startsWith('!')).map(line => line.slice(1));
    const isKept = (name: string) => kept.includes(name) || (kept.includes('*.md') && name.endsWith('.md'));
    const sources = given.split(' ').slice(0, -1);
    const names = sources[0] === '.' ? readdirSync(root) : sources;
    for (const name of names.filter(isKept)) cpSync(join(root, name), join(to, name), { recursive: true });
  }

  function variables(path: (text: string) => string): Record<string, string> {
    const pairs = last(stages['slim']!, 'ENV').matchAll(/(\w+)=(\S+)/g);
    const given = [...pairs].map(([, name, value]) => [
      name!,
      path(value!).replace('$PATH', process.env['PATH']!),
    ]);
    return Object.fromEntries(given);
  }
});

interface Step {
  keyword: string;
  given: string;
}

/** Without the keyword, in one line. */
function argumentsOf(instruction: string): string {
  return instruction.replace(/^\w+\s+/, '').replace(/\s*\\\n\s*/g, ' ');
}

/** The steps of each stage after its FROM, by its name. */
function stagesOf(all: Step[]): Record<string, Step[]> {
  const found: Record<string, Step[]> = {};
  for (const step of all) {
    if (step.keyword === 'FROM') found[step.given.split(' AS ')[1]!] = [];
    else Object.values(found).at(-1)!.push(step);
  }
  return found;
}

function last(stage: Step[], keyword: string): string {
  return stage.findLast(step => step.keyword === keyword)?.given ?? '';
}

function list(text: string): string[] {
  return JSON.parse(text) as string[];
}

/** npm’s cache is that of whoever runs the tests; nothing else of theirs. */
function installing(home: string): Record<string, string> {
  const cache = execFileSync('npm', ['config', 'get', 'cache']).toString().trim();
  return {
    PATH: process.env['PATH']!,
    HOME: home,
    npm_config_cache: cache,
    npm_config_prefer_offline: 'true',
    npm_config_fetch_timeout: '20000', // asked again, where a registry does not answer
    npm_config_fetch_retries: '4',
  };
}
