// The official conformance suite, all that each revision requires of a server, run against our fixture that has
// everything the suite asks for.
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { baseline, conformance, revisions } from './conformance.ts';
import { test } from './harness.ts';

const timeout = 120_000;

/** What the suite runs for information, and neither the SDK nor we have: tasks of the 2026 extension. */
const notScored = {
  '2025-11-25': [],
  '2026-07-28': [
    'tasks-capability-negotiation',
    'tasks-dispatch-and-envelope',
    'tasks-lifecycle',
    'tasks-mrtr-composition',
    'tasks-mrtr-input',
    'tasks-request-headers',
    'tasks-request-state-removal',
    'tasks-required-task-error',
    'tasks-wire-fields',
  ],
};

const everything = { code: 0, failing: [], empty: [] };

describe.each(revisions)('all that %s requires', { timeout }, revision => {
  test('passes against the fixture itself', async ({ place }) => {
    const { url } = await place.fixtureHttp('conformance', 'http');
    const verdict = await conformance(url, revision, place.folder);
    expect(verdict).toMatchObject({ ...everything, notScored: notScored[revision] });
  });
});

test('nothing is expected to fail without a reason', () => {
  expect(readFileSync(baseline('nothing'), 'utf8')).toContain('server: []');
});
