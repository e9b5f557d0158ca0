import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from './gateway.ts';

export const revisions = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof revisions)[number];

const folder = join(root, 'test/node22');
const suite = join(folder, 'node_modules/@modelcontextprotocol/conformance');

/** What is expected to fail: `test/node22/expected-failures/`. */
export const baselines = ['nothing', 'three-tools', 'across-eras'] as const;
export type Baseline = (typeof baselines)[number];

/** What the official suite says of a server. */
interface Verdict {
  /** 0 when all that is scored passes, but for what is expected to fail and does. */
  code: number;
  /** How the suite explains that. */
  why: string;
  /** What is scored and does not pass, expected or not: `scenario:check: reason`. */
  failing: string[];
  /** Scored scenarios of which not a single check has passed. */
  empty: string[];
  /** Scenarios that do not pass, and are run for information only. */
  notScored: string[];
}

interface Check {
  id: string;
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  errorMessage?: string;
}

/** Runs all that a revision of the specification requires of servers; the results are left below `into`. */
export async function conformance(
  url: string,
  revision: Revision,
  into: string,
  expected: Baseline = 'nothing',
): Promise<Verdict> {
  const output = join(into, `${revision} ${expected}`);
  return verdictOf('server', revision, expected, output, ['--url', url]);
}

/** Runs all that a revision requires of clients against MCPX as their client. */
export async function clientConformance(revision: Revision, into: string): Promise<Verdict> {
  const client = join(root, 'test/fixtures/conformance-client.mjs');
  const command = ['--command', `${process.execPath} ${client}`, '--timeout', '120000'];
  return verdictOf('client', revision, 'nothing', into, command);
}

async function verdictOf(
  side: 'server' | 'client',
  revision: Revision,
  expected: Baseline,
  output: string,
  args: string[],
): Promise<Verdict> {
  const { code, out } = await runSuite([
    ...[side, '--requirements', revision, '--output-dir', output],
    ...['--expected-failures', baseline(expected), ...args],
  ]);
  const checks = checksIn(output);
  const scored = scoredScenarios(side, revision);
  const passes = (scenario: string) => checks.get(scenario)?.some(({ status }) => status === 'SUCCESS');
  const faults = (scenario: string) =>
    (checks.get(scenario) ?? []).filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
  const failing = scored.flatMap(scenario =>
    faults(scenario).map(({ id, errorMessage }) => `${scenario}:${id}: ${errorMessage}`),
  );
  const summary = out.slice(out.search(/\n\S*(Expected failures|Stale|Unexpected|Baseline check)/));
  return {
    code,
    why: [summary, ...failing].join('\n'),
    failing,
    empty: scored.filter(scenario => !passes(scenario)),
    notScored: [...checks.keys()]
      .filter(scenario => !scored.includes(scenario) && faults(scenario).length > 0)
      .sort(),
  };
}

/** The file of what is expected to fail. */
export function baseline(expected: Baseline): string {
  return join(folder, `expected-failures/${expected}.yml`);
}

/** Runs the suite to its end, on the Node that it needs. */
function runSuite(args: string[]): Promise<{ code: number; out: string }> {
  if (!existsSync(suite)) {
    throw new Error('the conformance suite is missing: run `npm ci` in test/node22, or `npm test`');
  }
  const node = join(folder, 'node_modules/.bin/node');
  const options = { timeout: 280_000, maxBuffer: 64 * 1024 * 1024 };
  return new Promise(resolve => {
    const { pid } = execFile(node, [join(suite, 'dist/index.js'), ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out: `${out}\n${err}` }),
    );
    if (pid !== undefined) setPriority(pid, 10); // it starts everything at once: other tests go first
  });
}

/** The names below `server:` or `client:` in the suite's own list for a revision. */
function scoredScenarios(side: 'server' | 'client', revision: Revision): string[] {
  const text = readFileSync(join(suite, `requirements/${revision}.yaml`), 'utf8');
  const [, section = ''] = new RegExp(`^${side}:\\n((?: {2}- .*\\n)+)`, 'm').exec(text) ?? [];
  return section
    .trim()
    .split('\n')
    .map(line => line.replace(/^\s*- /, ''));
}

/** The checks of each scenario that was run; their folders end with `SCENARIO-TIME`, those of servers begin with `server-`. */
function checksIn(output: string): Map<string, Check[]> {
  const files = readdirSync(output, { recursive: true, encoding: 'utf8' });
  const runs = files
    .filter(name => name.endsWith('checks.json'))
    .map((name): [string, Check[]] => [
      name.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, ''),
      JSON.parse(readFileSync(join(output, name), 'utf8')),
    ]);
  return new Map(runs);
}
