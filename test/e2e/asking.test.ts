// What servers ask of users, in all combinations of client and server era.
import { describe, expect } from 'vitest';
import type { Person } from './clients.ts';
import {
  callRaw,
  envelope,
  errorOf,
  execRaw,
  fixture,
  kinds,
  type McpClient,
  test,
  textOf,
} from './harness.ts';

const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

/** A user who answers everything, and counts. */
function person(declares: Person['declares'] = capabilities, action = 'accept'): Person {
  let asked = 0;
  return {
    declares,
    answer: ({ method }) => {
      asked += 1;
      if (method === 'roots/list') return { roots: [{ uri: 'file:///home', name: 'home' }] };
      if (method === 'sampling/createMessage')
        return { role: 'assistant', content: { type: 'text', text: 'hello' }, model: 'm' };
      return { action, ...(action === 'accept' && { content: { name: `person ${asked}` } }) };
    },
  };
}

const said = async (who: McpClient, tool: string, given?: Record<string, unknown>) =>
  JSON.parse(await who.text(tool, given));

describe.each(kinds)('a %s client', kind => {
  describe.each(['asks', 'asks-modern'])('of the server %s', name => {
    const server = { s: fixture(name) };

    test('that can be asked nothing is asked nothing, and the server knows', async ({ place }) => {
      const who = await place.http(kind, (await place.serve(server)).url);
      expect(await said(who, 's.capabilities')).toEqual({});
      expect(textOf(await who.exec('s.form'))).toMatch(/error|cannot be asked|not declared|did not declare/i);
      expect(who.asked).toEqual([]);
    });

    test('is asked only what it has declared', async ({ place }) => {
      const who = await place.http(kind, (await place.serve(server)).url, {
        person: person({ elicitation: {} }),
      });
      expect(Object.keys(await said(who, 's.capabilities'))).toEqual(['elicitation']);
      expect(await said(who, 's.form')).toMatchObject({ action: 'accept' });
    });
  });

  test('answers one question after the other, and two at once', async ({ place }) => {
    const gateway = await place.serve({ s: fixture('asks'), m: fixture('asks-modern') });
    const who = await place.http(kind, gateway.url, { person: person() });
    expect(await said(who, 's.twice')).toEqual([
      { action: 'accept', content: { name: 'person 1' } },
      { action: 'accept', content: { name: 'person 2' } },
    ]);
    const [form, sample] = await said(who, 's.together');
    expect([form.action, sample.model]).toEqual(['accept', 'm']);
    expect(await said(who, 'm.rounds')).toHaveLength(3);
    expect(who.asked.map(({ params }) => params?.['message'])).toContain('Who is number 3?');
  });

  test('has each client’s questions to itself', async ({ place }) => {
    const { url } = await place.serve({ s: fixture('asks') });
    const [one, two] = await Promise.all([
      place.http(kind, `${url}?client=one`, { person: person() }),
      place.http(kind, `${url}?client=two`, { person: person(capabilities, 'decline') }),
    ]);
    const [accepted, declined] = await Promise.all([said(one, 's.form'), said(two, 's.form')]);
    expect([accepted.action, declined.action]).toEqual(['accept', 'decline']);
    expect([one.asked.length, two.asked.length]).toEqual([1, 1]);
  });

  test('confirms what the configuration wants to have confirmed', async ({ place }) => {
    const { url } = await place.serve({ echo: { ...fixture('echo'), tools: { ask: ['echo'] } } });
    const willing = await place.http(kind, `${url}?client=willing`, { person: person() });
    const unwilling = await place.http(kind, `${url}?client=unwilling`, {
      person: person(capabilities, 'decline'),
    });
    const mute = await place.http(kind, `${url}?client=mute`);
    expect(textOf(await willing.exec('echo.echo', { message: 'hi' }))).toBe('hi');
    expect(willing.asked[0]?.params?.['message']).toContain('"message": "hi"');
    expect(errorOf(await unwilling.exec('echo.echo', { message: 'hi' }))).toMatchObject({
      code: 'NEEDS_CONFIRMATION',
    });
    expect(errorOf(await mute.exec('echo.echo', { message: 'hi' }))).toMatchObject({
      code: 'NEEDS_CONFIRMATION',
    });
    expect(textOf(await mute.exec('echo.add', { a: 1, b: 2 }))).toContain('3');
  });

  test('nobody is asked over a connection that is shared', async ({ place }) => {
    const { url } = await place.serve({ s: { ...fixture('asks'), isolation: 'shared' } });
    const who = await place.http(kind, url, { person: person() });
    expect(await said(who, 's.capabilities')).toEqual({});
    expect(await said(who, 's.form')).toMatchObject({ error: { code: -32601 } });
    expect(who.asked).toEqual([]);
  });
});

const undeclared = {
  'a server that looks first': { server: fixture('asks-modern'), tool: 'form' },
  'a server that asks all the same': { server: fixture('hinted'), tool: 'asks' },
};

test.for(Object.entries(undeclared))(
  'what a client of 2026 has not declared is refused to it, in the words of its era: %s',
  async ([, { server, tool }], { place }) => {
    const { base } = await place.serve({ s: server });
    const client = await place.rawHttp('modern', `${base}/mcp/flat`);
    await client.request('tools/list');
    const { error } = await callRaw(client, tool);
    expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities: { elicitation: {} } } });
    const params = { name: tool, arguments: {}, _meta: envelope() };
    const { status } = await client.post({ jsonrpc: '2.0', id: 'x', method: 'tools/call', params });
    expect(status).toBe(400);
  },
);

test('a server of 2025 is told what a client of 2026 declares with the call, be it something else than before', async ({
  place,
}) => {
  const { url } = await place.serve({ s: fixture('asks') });
  const wire = await place.rawHttp('modern', url);
  for (const declared of [{ sampling: {} }, { sampling: {}, roots: {} }, {}, { sampling: {} }]) {
    const meta = { 'io.modelcontextprotocol/clientCapabilities': declared };
    const { result } = await execRaw(wire, 's.capabilities', {}, meta);
    expect(result).toMatchObject({ content: [{ text: JSON.stringify(declared) }] });
  }
});
