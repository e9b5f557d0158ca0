import { expect, test } from 'vitest';
import { SearchIndex, type SearchServer } from './index.ts';
import { serverOf } from './vocabulary.fixture.ts';

/** The scores of the tools that a query finds. */
function scores(query: string, servers: SearchServer[], only?: string): Record<string, number> {
  const index = new SearchIndex();
  index.update(servers);
  const found = index
    .ranked(query, only)
    .map(({ entry, score }) => [`${entry.server}.${entry.tool.name}`, score]);
  return Object.fromEntries(found);
}

/** What the best tool of a server gets of it. */
const ofServer = 1.3;

test('the best by words has 1, more for the part of its name that is meant, and more for its server', () => {
  expect(scores('alpha beta', [serverOf('s', ['alpha_beta'])])['s.alpha_beta']).toBeCloseTo(1.2 * ofServer);
  expect(scores('alpha', [serverOf('s', ['alpha_beta'])])['s.alpha_beta']).toBeCloseTo(1.1 * ofServer);
  expect(scores('erase', [serverOf('s', ['delete', 'x'])])['s.delete']).toBeCloseTo(1.12 * ofServer);
});

test('a name without words is no trouble', () => {
  const described = { name: '!', description: 'alpha', inputSchema: { type: 'object' as const } };
  const server = { name: 's', tools: new Map([['!', described]]) };
  expect(scores('alpha', [server])['s.!']).toBeCloseTo(ofServer);
});

test('a rare word covers more of a name than a common one', () => {
  const tools = ['common_rare', 'common_b', 'common_c', 'common_d'];
  const common = scores('common', [serverOf('s', tools)])['s.common_rare']!;
  const rare = scores('rare', [serverOf('s', tools)])['s.common_rare']!;
  expect(common).toBeLessThan(1.1 * ofServer);
  expect(rare).toBeGreaterThan(1.1 * ofServer);
  expect((common + rare) / ofServer - 2).toBeCloseTo(0.2);
});

test('a server counts by its best tool, and by what it says about itself', () => {
  const [alone, helped] = [serverOf('a', ['beta_alpha', 'beta']), serverOf('b', ['beta'])];
  const found = scores('alpha beta', [alone, helped]);
  expect(found['a.beta']! - found['b.beta']!).toBeCloseTo(0.3 * (1.2 - found['b.beta']! / ofServer));
  const about = { about: ['alpha'] };
  const said = scores('alpha beta', [serverOf('a', ['beta']), serverOf('b', ['beta'], about)]);
  expect(said['b.beta']).toBeGreaterThan(said['a.beta']!);
});

test('one server alone is measured by its own best', () => {
  const servers = [serverOf('a', ['alpha']), serverOf('b', ['alpha_beta_gamma_delta_one_two_three'])];
  expect(Object.keys(scores('alpha', servers, 'b'))).toEqual(['b.alpha_beta_gamma_delta_one_two_three']);
  expect(Object.values(scores('alpha', servers, 'b'))[0]).toBeGreaterThan(1 * ofServer);
  expect(scores('beta', servers, 'a')).toEqual({});
});

test('of many tools that have a word, the best are found: two hundred, and not many more', () => {
  const tools = Array.from({ length: 600 }, (_, index) => `alpha${'_x'.repeat(index)}`);
  const found = Object.keys(scores('alpha', [serverOf('s', tools)]));
  expect(found.length).toBeGreaterThanOrEqual(200);
  expect(found.length).toBeLessThan(260);
  expect(found).toEqual(tools.slice(0, found.length).map(tool => `s.${tool}`));
});

test('a hundred words of a query are read', () => {
  const words = Array.from(
    { length: 101 },
    (_, index) => `w${String.fromCharCode(97 + (index % 26))}${index}`,
  );
  expect(scores(words.join(' '), [serverOf('s', [words[0]!])])).not.toEqual({});
});
