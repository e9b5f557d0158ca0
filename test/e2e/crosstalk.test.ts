// A hundred clients send the same JSON-RPC ids at once, each with its own words: nobody hears anybody else's.
import { describe, expect } from 'vitest';
import { execRaw, fixture, test } from './harness.ts';

const clients = 100;

describe.each([
  { isolation: 'shared', calls: 100_000 },
  { isolation: 'client', calls: 100_000 },
  { isolation: 'call', calls: 1_000 },
])('$calls calls with isolation "$isolation"', ({ isolation, calls }) => {
  test('are each answered to whom they belong', async ({ place }) => {
    const memo = { ...fixture('echo'), isolation, env: { FIXTURE_TTL_MS: '600000' } };
    const { url } = await place.serve({ memo });
    let answered = 0;
    const wrong: unknown[] = [];
    const client = async (name: number) => {
      const wire = await place.rawHttp('modern', `${url}?client=${name}`);
      for (let turn = 0; turn < calls / clients; turn++) {
        const message = `client ${name}, turn ${turn}`;
        const answer = await execRaw(wire, 'memo.echo', { message });
        const content = answer.result?.['content'] as { text: string }[];
        if (content[0]!.text === message) answered++;
        else if (wrong.length < 5) wrong.push(answer);
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
    expect(wrong).toEqual([]);
    expect(answered).toBe(calls);
  }, 400_000);
});
