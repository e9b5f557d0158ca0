// A server that answers what nobody asked: each call has its own answer, and no other client's call is touched.
import { expect, vi } from 'vitest';
import { fixture, kinds, test } from './harness.ts';

const wrong = { wrong: fixture('wrong-answers') };

test.for(kinds)(
  'second answers, and answers under strange ids, are nobody’s: %s',
  async (kind, { place }) => {
    const client = await place.stdio(kind, wrong);
    for (const [index, tool] of ['twice', 'strange', 'ahead', 'echo', 'ahead', 'twice', 'echo'].entries())
      expect(await client.text(`wrong.${tool}`, { message: `${tool} ${index}` })).toBe(`${tool} ${index}`);
  },
);

test('a server cannot answer the calls of another client', async ({ place }) => {
  const gateway = await place.serve(wrong);
  const [victim, other] = [
    await place.http('v1', gateway.url, { name: 'victim' }),
    await place.http('v1', gateway.url, { name: 'other' }),
  ];
  await victim.text('wrong.echo', { message: 'open' });
  const given = new AbortController();
  const settled = vi.fn();
  const waiting = victim.exec('wrong.wait', {}, { signal: given.signal }).then(settled, settled);
  expect(await victim.text('wrong.echo', { message: 'it has arrived' })).toBe('it has arrived');
  expect(await other.text('wrong.everybody')).toBe('an answer to somebody else');
  expect(await victim.text('wrong.echo', { message: 'mine' })).toBe('mine');
  expect(settled).not.toHaveBeenCalled();
  given.abort();
  await waiting;
});
