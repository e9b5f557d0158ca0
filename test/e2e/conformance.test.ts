// The official conformance suite, all that each revision requires of a server, run against our fixture that has
// everything the suite asks for.
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import {
  type Baseline,
  baseline,
  baselines,
  clientConformance,
  conformance,
  revisions,
} from './conformance.ts';
import { callRaw, fixture, type Place, test } from './harness.ts';

const timeout = 300_000; // seven seconds where nothing else runs

/** What the suite runs for information only, and nobody here has: the tasks of the 2026 extension, event stores. */
const tasks = [
  'tasks-capability-negotiation',
  'tasks-dispatch-and-envelope',
  'tasks-lifecycle',
  'tasks-mrtr-composition',
  'tasks-mrtr-input',
  'tasks-request-headers',
  'tasks-request-state-removal',
  'tasks-required-task-error',
  'tasks-wire-fields',
];
const notScored = { '2025-11-25': [], '2026-07-28': tasks };
/** These too call the server's tools by their own names. */
const byName = {
  '2025-11-25': ['json-schema-2020-12'],
  '2026-07-28': ['http-custom-header-server-validation', 'json-schema-2020-12'],
};
const everything = { code: 0, failing: [], empty: [] };

describe.each(revisions)('all that %s requires', { timeout }, revision => {
  test('passes against the fixture itself', async ({ place, expect }) => {
    const { url } = await place.fixtureHttp('conformance', 'http');
    const verdict = await conformance(url, revision, place.folder);
    expect(verdict, verdict.why).toMatchObject({ ...everything, notScored: notScored[revision] });
  });

  test.for(['legacy', 'modern'])(
    'passes through /mcp/flat in front of a %s server over stdio, but for what 2025 cannot say',
    async (era, { place, expect }) => {
      const { base } = await place.serve({ conformance: fixture('conformance', era) });
      const url = `${base}/mcp/flat?client=suite`;
      const crosses = era === 'legacy' && revision === '2026-07-28';
      if (crosses) await startFor(place, url, { elicitation: {} });
      const expected = crosses ? 'across-eras' : 'nothing';
      const verdict = await conformance(url, revision, place.folder, expected);
      expect(verdict, verdict.why).toMatchObject({
        ...(crosses ? { code: 0 } : everything),
        notScored: notScored[revision],
      });
    },
  );

  test('passes through /mcp/flat in front of a server of both eras over HTTP', async ({ place, expect }) => {
    const { url } = await place.fixtureHttp('conformance', 'http');
    const { base } = await place.serve({ conformance: { url } });
    const verdict = await conformance(`${base}/mcp/flat`, revision, place.folder);
    expect(verdict, verdict.why).toMatchObject({ ...everything, notScored: notScored[revision] });
  });

  test('passes through /mcp, but for what three tools cannot have', async ({ place, expect }) => {
    const { url } = await place.serve({ conformance: fixture('conformance') });
    const verdict = await conformance(url, revision, place.folder, 'three-tools');
    expect(verdict, verdict.why).toMatchObject({
      code: 0,
      notScored: [...notScored[revision], ...byName[revision]].sort(),
    });
  });
});

/** Has a process started for clients that declare this: the suite waits 600 ms for what one says. */
async function startFor(place: Place, url: string, capabilities: object): Promise<void> {
  const wire = await place.rawHttp('modern', url);
  const declared = { 'io.modelcontextprotocol/clientCapabilities': capabilities };
  const { result } = await callRaw(wire, 'test_simple_text', {}, declared);
  expect(result).toHaveProperty('content');
}

/** What the suite runs of clients for information only, and MCPX does not do: identity assertions, proofs of possession. */
const clientExtensions = ['dpop', 'dpop-nonce', 'enterprise-managed-authorization', 'wif-jwt-bearer'];

test.for(revisions)(
  'all that %s requires of clients passes with MCPX as the client',
  { timeout },
  async (revision, { place }) => {
    const verdict = await clientConformance(revision, place.folder);
    expect(verdict, verdict.why).toMatchObject({
      code: 0,
      failing: [],
      notScored: clientExtensions.map(name => `auth/${name}`),
    });
  },
);

test('nothing is expected to fail through /mcp/flat, nor anything else without a reason', () => {
  const entries = (name: Baseline) => readFileSync(baseline(name), 'utf8').split('\n').filter(isEntry);
  expect(entries('nothing')).toEqual([]);
  for (const name of baselines.slice(1)) {
    const lines = entries(name);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter(line => !/^ {2}- [\w:-]+ # \w.{10,}$/.test(line))).toEqual([]);
  }
});

const isEntry = (line: string) => line.trimStart().startsWith('-');
