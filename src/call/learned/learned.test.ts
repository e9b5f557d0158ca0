import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CallContext } from '../../types.ts';
import { Learned } from './learned.ts';

const day = 24 * 3600 * 1000;
const by = (owner: string, principal = 'p') => ({ owner, principal }) as CallContext;
const tools = (...names: string[]) => names.map(name => ({ server: 's', tool: { name } }));

/** What learns, its clock, and where it keeps that. */
function opened(place?: string) {
  const folder = place ?? mkdtempSync(join(tmpdir(), 'mcpx-learned-'));
  const clock = { now: 1_000 * day };
  const learned = new Learned({ folder, now: () => clock.now });
  onTestFinished(async () => {
    await learned.close();
    rmSync(folder, { recursive: true, force: true });
  });
  /** The queries that are known for each tool of `s`. */
  const known = async (principal = 'p') => (await learned.of(principal)).of('s');
  return { learned, clock, folder, known };
}

test('a tool that a search showed and that was then called is known for its query', async () => {
  const { learned, known } = opened();
  learned.searched(by('a'), [{ query: 'holiday', tools: tools('x', 'y') }]);
  await learned.called(by('a'), 's', 'y');
  await learned.called(by('a'), 's', 'never shown');
  await learned.called(by('b'), 's', 'x'); // another client, who has not searched
  expect(await known()).toEqual({ y: ['holiday'] });
});

test('of several queries it is the one that found it best, of several searches the latest', async () => {
  const { learned, known } = opened();
  learned.searched(by('a'), [{ query: 'old', tools: tools('x', 'z') }]);
  learned.searched(by('a'), [
    { query: 'first', tools: tools('y', 'x') },
    { query: 'second', tools: tools('x') },
  ]);
  for (const tool of ['x', 'y', 'z']) await learned.called(by('a'), 's', tool);
  expect(await known()).toEqual({ x: ['second'], y: ['first'], z: ['old'] });
});

test('a search is long over after ten minutes', async () => {
  const { learned, clock, known } = opened();
  learned.searched(by('a'), [{ query: 'q', tools: tools('x') }]);
  clock.now += 600_001;
  await learned.called(by('a'), 's', 'x');
  expect(await known()).toEqual({});
});

test('what one principal teaches is nobody else’s, in memory and on disk', async () => {
  const { learned, folder, known } = opened();
  learned.searched(by('a', 'p'), [{ query: 'secret plan', tools: tools('x') }]);
  await learned.called(by('a', 'p'), 's', 'x');
  await learned.close();
  expect(await known('q')).toEqual({});
  const files = readdirSync(folder);
  expect(files).toHaveLength(1);
  expect(statSync(join(folder, files[0]!)).mode & 0o777).toBe(0o600);
  expect(await opened(folder).known('p')).toEqual({ x: ['secret plan'] });
  expect(await opened(folder).known('q')).toEqual({});
});

test('it fades: the newest eight of a tool count, and those of the last sixty days', async () => {
  const { learned, clock, known } = opened();
  for (let index = 0; index < 12; index++) {
    clock.now += day;
    learned.searched(by('a'), [{ query: `query ${index}`, tools: tools('x') }]);
    await learned.called(by('a'), 's', 'x');
  }
  expect((await known())['x']).toEqual([11, 10, 9, 8, 7, 6, 5, 4].map(index => `query ${index}`));
  clock.now += 57 * day;
  learned.searched(by('a'), [{ query: 'query 5', tools: tools('x') }]);
  await learned.called(by('a'), 's', 'x');
  expect((await known())['x']).toEqual(['query 5', 'query 11', 'query 10', 'query 9']);
});

test('two processes of one principal keep what both have learned', async () => {
  const one = opened();
  const other = opened(one.folder);
  await other.known(); // it has read before the first writes
  for (const [{ learned }, tool] of [
    [one, 'x'],
    [other, 'y'],
  ] as const) {
    learned.searched(by('a'), [{ query: `for ${tool}`, tools: tools(tool) }]);
    await learned.called(by('a'), 's', tool);
    await learned.close();
  }
  expect(await opened(one.folder).known()).toEqual({ x: ['for x'], y: ['for y'] });
});

test('there is an end to what is known, whatever is searched and called', async () => {
  const { learned, folder } = opened();
  const lessons = await learned.of('p');
  for (let index = 0; index < 2_100; index++)
    lessons.learn(`server ${index}`, '__proto__', 'x'.repeat(10_000));
  await learned.close();
  expect(lessons.of('server 0')).toEqual({});
  expect(Object.entries(lessons.of('server 2099'))).toEqual([['__proto__', ['x'.repeat(200)]]]);
  expect(statSync(join(folder, readdirSync(folder)[0]!)).size).toBeLessThan(1_000_000);
});

test.each(['', '{"a":1}', '[1,null,{"server":1}]', '[{"server":"s","tool":"x","query":"q"}]'])(
  'a file with %j is as good as none, and one that cannot be written costs nothing',
  async content => {
    const first = opened();
    (await first.learned.of('p')).learn('s', 'x', 'q');
    await first.learned.close();
    writeFileSync(join(first.folder, readdirSync(first.folder)[0]!), content);
    expect(await opened(first.folder).known()).toEqual({});
    writeFileSync(join(first.folder, 'file'), '');
    const nowhere = new Learned({ folder: join(first.folder, 'file', 'deeper') });
    (await nowhere.of('p')).learn('s', 'x', 'q');
    await nowhere.close();
    expect((await nowhere.of('p')).of('s')).toEqual({ x: ['q'] });
  },
);
