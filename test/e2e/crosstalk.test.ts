// A hundred clients send the same JSON-RPC ids at once, each with its own words: nobody hears anybody else's.
import { Agent } from 'node:http';
import { describe, expect } from 'vitest';
import { execModern } from '../../bench/lib/raw-http.ts';
import { fixture, test } from './harness.ts';

const clients = 100;

describe.each([
  { isolation: 'shared', calls: 100_000 },
  { isolation: 'client', calls: 100_000 },
  { isolation: 'call', calls: 1_000 },
])('$calls calls with isolation "$isolation"', ({ isolation, calls }) => {
  test('are each answered to whom they belong', async ({ place }) => {
    const memo = { ...fixture('echo'), isolation, env: { FIXTURE_TTL_MS: '600000' } };
    const { url } = await place.serve({ memo });
    const agent = new Agent({ keepAlive: true });
    let answered = 0;
    const wrong: string[] = [];
    const client = async (name: number) => {
      for (let turn = 0; turn < calls / clients && wrong.length === 0; turn++) {
        const message = `client ${name}, turn ${turn}`;
        const { text } = await execModern(`${url}?client=${name}`, agent, 'memo.echo', { message }, turn);
        const { id, result } = JSON.parse(text);
        if (id === turn && result.content[0].text === message) answered++;
        else wrong.push(text);
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
    agent.destroy();
    expect(wrong).toEqual([]);
    expect(answered).toBe(calls);
  }, 400_000);
});
