import { expect, test } from 'vitest';
import type { Tool } from '../types.ts';
import { createPart, type SearchServer } from './part.ts';
import { serverOf } from './vocabulary.fixture.ts';

/** What the first tool of a server says, as terms and how much. */
function saidBy(server: SearchServer): Record<string, number> {
  const { documents, terms } = createPart(server);
  return said(documents[0]!, terms);
}

function said(
  document: { terms: Int32Array; impacts: Float32Array },
  terms: string[],
): Record<string, number> {
  return Object.fromEntries([...document.terms].map((term, at) => [terms[term]!, document.impacts[at]!]));
}

/** What a word says that is worth so much before it saturates. */
const saturated = (worth: number) => expect.closeTo(worth / (1.2 + worth), 5);

test('a word says more in a short field, and less each time it is repeated', () => {
  const server = saturated(2 / (0.25 + 0.75 / 2));
  const [one, two] = [3 / (0.25 + 0.75 / 3), 3 / (0.25 + 1.5 / 3)];
  expect(saidBy(serverOf('s', ['alpha']))).toEqual({
    '=alpha': saturated(one),
    alpha: saturated(one),
    '=s': server,
    s: server,
  });
  expect(saidBy(serverOf('s', ['alpha_beta']))).toMatchObject({
    alpha: saturated(two),
    beta: saturated(two),
  });
  expect(saidBy(serverOf('s', ['alpha_alpha']))).toMatchObject({ alpha: saturated(2 * two) });
});

test('a word that has several forms says them apart, and their stem together', () => {
  const said = saidBy(serverOf('s', ['file_files']));
  expect(said['=file']).toBeCloseTo(said['=files']!);
  expect(said['file']).toBeGreaterThan(said['=file']!);
});

test('what is said in two fields is added', () => {
  const tool = { name: 'alpha', description: 'alpha', inputSchema: { type: 'object' } } as Tool;
  const described = { name: 's', tools: new Map([['alpha', tool]]) };
  const [name, description] = [3 / (0.25 + 0.75 / 3), 1 / (0.25 + 0.75 / 25)];
  expect(saidBy(described)).toMatchObject({ alpha: saturated(name + description) });
});

test('of what a server says about itself three hundred characters of each text are read', () => {
  const about = [`${'x '.repeat(149)}ab cd`, 'second'];
  const { itself, terms } = createPart(serverOf('s', [], { about }));
  const words = Object.keys(said(itself, terms));
  expect(words).toEqual(expect.arrayContaining(['ab', 'second']));
  expect(words).not.toContain('cd');
});

test('tools stand in the order of their names, whatever order they came in, with the stems of their names once each', () => {
  const { entries, nameStems, terms, names } = createPart(serverOf('s', ['b_files_file', 'A']));
  expect(entries.map(({ tool }) => tool.name)).toEqual(['A', 'b_files_file']);
  expect(names).toEqual(['a', 'b_files_file']);
  expect(nameStems.map(stems => stems.map(stem => terms[stem]))).toEqual([[], ['b', 'file']]);
});

test('examples are those of the tool alone', () => {
  const examples = { alpha: ['gamma'], constructor: ['delta'] };
  expect(saidBy(serverOf('s', ['alpha'], { examples }))).toHaveProperty('gamma');
  expect(saidBy(serverOf('s', ['beta'], { examples }))).not.toHaveProperty('gamma');
  expect(saidBy(serverOf('s', ['toString'], { examples }))).not.toHaveProperty('gamma');
});
