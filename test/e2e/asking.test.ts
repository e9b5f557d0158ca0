// What servers ask of users, in all combinations of client and server era.
import * as v2 from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect } from 'vitest';
import { errorOf, fixture, type ToolResult, test, textOf } from './harness.ts';

const kinds = ['v1', 'v2 legacy', 'v2 modern'] as const;
type Kind = (typeof kinds)[number];

const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

interface Person {
  asked: { method: string; params?: { message?: string; mode?: string } }[];
  exec(tool: string, given?: Record<string, unknown>): Promise<ToolResult>;
  close(): Promise<void>;
}

/** A client whose user answers everything; `declares` is what it says that it can be asked. */
async function person(
  kind: Kind,
  to: string | { command: string; args: string[]; env: Record<string, string> },
  declares: object = capabilities,
  action = 'accept',
): Promise<Person> {
  const asked: Person['asked'] = [];
  const answers = {
    'elicitation/create': () => ({
      action,
      ...(action === 'accept' && { content: { name: `person ${asked.length}` } }),
    }),
    'sampling/createMessage': () => ({
      role: 'assistant',
      content: { type: 'text', text: 'hello' },
      model: 'm',
    }),
    'roots/list': () => ({ roots: [{ uri: 'file:///home', name: 'home' }] }),
  };
  const answer = (method: keyof typeof answers) => (request: unknown) => {
    asked.push(request as Person['asked'][number]);
    return answers[method]() as never;
  };
  const has = (name: string) => name in declares;
  const info = { name: 'person', version: '1' };
  if (kind === 'v1') {
    const client = new V1(info, { capabilities: declares });
    if (has('elicitation')) client.setRequestHandler(ElicitRequestSchema, answer('elicitation/create'));
    if (has('sampling'))
      client.setRequestHandler(CreateMessageRequestSchema, answer('sampling/createMessage'));
    if (has('roots')) client.setRequestHandler(ListRootsRequestSchema, answer('roots/list'));
    await client.connect(
      (typeof to === 'string' ? new V1Http(new URL(to)) : new V1Stdio({ ...to, stderr: 'ignore' })) as V1Http,
    );
    const exec = async (tool: string, given = {}) =>
      (await client.callTool({ name: 'exec', arguments: { tool, arguments: given } })) as ToolResult;
    return { asked, exec, close: () => client.close() };
  }
  const versionNegotiation = { mode: { pin: '2026-07-28' } } as const;
  const client = new v2.Client(info, {
    capabilities: declares,
    ...(kind === 'v2 modern' && { versionNegotiation }),
  });
  if (has('elicitation')) client.setRequestHandler('elicitation/create', answer('elicitation/create'));
  if (has('sampling')) client.setRequestHandler('sampling/createMessage', answer('sampling/createMessage'));
  if (has('roots')) client.setRequestHandler('roots/list', answer('roots/list'));
  await client.connect(
    typeof to === 'string'
      ? new v2.StreamableHTTPClientTransport(new URL(to))
      : new V2Stdio({ ...to, stderr: 'ignore' }),
  );
  const exec = async (tool: string, given = {}) =>
    (await client.callTool({ name: 'exec', arguments: { tool, arguments: given } })) as ToolResult;
  return { asked, exec, close: () => client.close() };
}

const said = async (who: Person, tool: string, given?: Record<string, unknown>) =>
  JSON.parse(textOf(await who.exec(tool, given)));

describe.each(kinds)('a %s client', kind => {
  describe.each(['asks', 'asks-modern'])('of the server %s', name => {
    const server = { s: fixture(name) };

    test('answers a form, a sampling request and roots over HTTP', async ({ place }) => {
      const who = await person(kind, (await place.serve(server)).url);
      place.onClose(() => who.close());
      expect(await said(who, 's.form')).toEqual({ action: 'accept', content: { name: 'person 1' } });
      expect(who.asked[0]).toMatchObject({ method: 'elicitation/create', params: { message: 'Who is it?' } });
      expect(await said(who, 's.sample')).toMatchObject({ content: { text: 'hello' }, model: 'm' });
      expect(await said(who, 's.roots')).toEqual({ roots: [{ uri: 'file:///home', name: 'home' }] });
      expect(who.asked).toHaveLength(3);
    });

    test('answers over stdio', async ({ place }) => {
      const who = await person(kind, place.stdioCommand(server));
      place.onClose(() => who.close());
      expect(await said(who, 's.form')).toEqual({ action: 'accept', content: { name: 'person 1' } });
    });

    test('that can be asked nothing is asked nothing, and the server knows', async ({ place }) => {
      const who = await person(kind, (await place.serve(server)).url, {});
      place.onClose(() => who.close());
      expect(await said(who, 's.capabilities')).toEqual({});
      expect(textOf(await who.exec('s.form'))).toMatch(/error|cannot be asked|not declared|did not declare/i);
      expect(who.asked).toEqual([]);
    });

    test('is asked only what it has declared', async ({ place }) => {
      const who = await person(kind, (await place.serve(server)).url, { elicitation: {} });
      place.onClose(() => who.close());
      expect(Object.keys(await said(who, 's.capabilities'))).toEqual(['elicitation']);
      expect(await said(who, 's.form')).toMatchObject({ action: 'accept' });
    });
  });

  test('answers one question after the other, and two at once', async ({ place }) => {
    const gateway = await place.serve({ s: fixture('asks'), m: fixture('asks-modern') });
    const who = await person(kind, gateway.url);
    place.onClose(() => who.close());
    expect(await said(who, 's.twice')).toEqual([
      { action: 'accept', content: { name: 'person 1' } },
      { action: 'accept', content: { name: 'person 2' } },
    ]);
    const [form, sample] = await said(who, 's.together');
    expect([form.action, sample.model]).toEqual(['accept', 'm']);
    expect(await said(who, 'm.rounds')).toHaveLength(3);
    expect(who.asked.map(({ params }) => params?.message)).toContain('Who is number 3?');
  });

  test('has each client’s questions to itself', async ({ place }) => {
    const { url } = await place.serve({ s: fixture('asks') });
    const [one, two] = await Promise.all([
      person(kind, `${url}?client=one`),
      person(kind, `${url}?client=two`, capabilities, 'decline'),
    ]);
    place.onClose(() => Promise.all([one.close(), two.close()]));
    const [accepted, declined] = await Promise.all([said(one, 's.form'), said(two, 's.form')]);
    expect([accepted.action, declined.action]).toEqual(['accept', 'decline']);
    expect([one.asked.length, two.asked.length]).toEqual([1, 1]);
  });

  test('confirms what the configuration wants to have confirmed', async ({ place }) => {
    const { url } = await place.serve({ echo: { ...fixture('echo'), tools: { ask: ['echo'] } } });
    const willing = await person(kind, `${url}?client=willing`);
    const unwilling = await person(kind, `${url}?client=unwilling`, capabilities, 'decline');
    const mute = await person(kind, `${url}?client=mute`, {});
    place.onClose(() => Promise.all([willing, unwilling, mute].map(who => who.close())));
    expect(textOf(await willing.exec('echo.echo', { message: 'hi' }))).toBe('hi');
    expect(willing.asked[0]?.params?.message).toContain('"message": "hi"');
    expect(errorOf(await unwilling.exec('echo.echo', { message: 'hi' }))).toMatchObject({
      code: 'NEEDS_CONFIRMATION',
    });
    expect(errorOf(await mute.exec('echo.echo', { message: 'hi' }))).toMatchObject({
      code: 'NEEDS_CONFIRMATION',
    });
    expect(textOf(await mute.exec('echo.add', { a: 1, b: 2 }))).toContain('3');
  });

  test('nobody is asked over a connection that is shared', async ({ place }) => {
    const who = await person(
      kind,
      (await place.serve({ s: { ...fixture('asks'), isolation: 'shared' } })).url,
    );
    place.onClose(() => who.close());
    expect(await said(who, 's.capabilities')).toEqual({});
    expect(await said(who, 's.form')).toMatchObject({ error: { code: -32601 } });
    expect(who.asked).toEqual([]);
  });
});
