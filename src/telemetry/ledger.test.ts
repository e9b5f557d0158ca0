import { afterEach, beforeEach, expect, test } from 'vitest';
import { publish } from './events.ts';
import { Ledger } from './ledger.ts';

let ledger: Ledger;
beforeEach(() => {
  ledger = new Ledger();
});
afterEach(() => ledger.close());

const answered = (client: string, tool: string, tokens: number, before = tokens) =>
  publish('result.answered', {
    client,
    principal: 'p',
    server: 's',
    tool,
    argumentTokens: 1,
    tokens,
    before,
  });

const cost = { argumentTokens: 1, tokens: 1, before: 1 };

test('menus, discovery and results are counted for each client', () => {
  publish('menu.listed', { client: 'a', principal: 'p', tokens: 700, flat: 80_000 });
  publish('menu.listed', { client: 'a', principal: 'p', tokens: 700, flat: 80_000 });
  publish('menu.listed', { client: 'b', principal: 'p', tokens: 700, flat: 80_000 });
  publish('discovery.answered', { client: 'a', principal: 'p', tokens: 500 });
  answered('a', 'small', 10);
  answered('a', 'large', 30, 90);
  answered('a', 'large', 5, 10);
  publish('result.shadowed', { client: 'a', principal: 'p', server: 's', tool: 'large', saved: 4 });
  expect(ledger.report).toEqual([
    {
      client: 'a',
      principal: 'p',
      menu: { lists: 2, tokens: 1_400, flat: 160_000 },
      discovery: { replies: 1, tokens: 500 },
      tools: [
        { server: 's', tool: 'large', calls: 2, arguments: 2, results: 35, resultsBefore: 100, wouldSave: 4 },
        { server: 's', tool: 'small', calls: 1, arguments: 1, results: 10, resultsBefore: 10, wouldSave: 0 },
      ],
    },
    expect.objectContaining({ client: 'b', tools: [] }),
  ]);
});

test('two principals that call their clients alike are two', () => {
  publish('discovery.answered', { client: 'a', principal: 'p', tokens: 5 });
  publish('discovery.answered', { client: 'a', principal: 'q', tokens: 6 });
  expect(ledger.report.map(({ principal, discovery }) => [principal, discovery.tokens])).toEqual([
    ['p', 5],
    ['q', 6],
  ]);
});

test('clients and tools without end are counted together, and none is lost', () => {
  for (let client = 0; client < 1_000; client++) answered(`client ${client}`, 'tool', 1);
  for (let tool = 0; tool < 5_000; tool++) answered('client 0', `tool ${tool}`, 1);
  const report = ledger.report;
  expect(report.length).toBeLessThanOrEqual(201);
  expect(Math.max(...report.map(({ tools }) => tools.length))).toBeLessThanOrEqual(1_001);
  const calls = report.flatMap(({ tools }) => tools).reduce((sum, row) => sum + row.calls, 0);
  expect(calls).toBe(6_000);
  expect(report.at(-1)).toMatchObject({ client: 'other', principal: 'other' });
});

test('names are names, whatever they are', () => {
  for (const name of ['__proto__', 'constructor', 'other', '["s","t"]', '', '\u0000']) {
    publish('result.answered', { ...cost, client: name, principal: name, server: name, tool: name });
    publish('result.answered', { ...cost, client: name, principal: name, server: name, tool: `${name},` });
  }
  const report = JSON.parse(JSON.stringify(ledger.report)) as typeof ledger.report;
  expect(report.map(({ client, tools }) => [client, tools.map(({ tool, calls }) => [tool, calls])])).toEqual(
    ['__proto__', 'constructor', 'other', '["s","t"]', '', '\u0000'].map(name => [
      name,
      [
        [name, 1],
        [`${name},`, 1],
      ],
    ]),
  );
});

test('nothing is counted once it is closed', () => {
  ledger.close();
  answered('a', 'tool', 1);
  expect(ledger.report).toEqual([]);
});
