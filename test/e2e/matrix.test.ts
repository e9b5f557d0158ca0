// Everything that MCP has beyond a plain call, between each client and each server: one test for each cell.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Person } from './clients.ts';
import { fixture, kinds, type McpClient, type Server, sharedPlace } from './harness.ts';

const upstreams = ['2025 stdio', '2025 HTTP', '2026 stdio', '2026 HTTP'] as const;
type Upstream = (typeof upstreams)[number];

/** The name of each in the configuration. */
const nameOf = (upstream: Upstream) => `u${upstream.replace(' ', '')}`;
const eraOf = (upstream: Upstream) => (upstream.startsWith('2026') ? 'modern' : 'legacy');

const me: Person = {
  declares: { elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: true } },
  answer: ({ method, params }) => {
    if (method === 'roots/list') return { roots: [{ uri: 'file:///home', name: 'home' }] };
    if (method === 'sampling/createMessage')
      return { role: 'assistant', content: { type: 'text', text: 'hello' }, model: 'm' };
    return { action: 'accept', ...(params?.['mode'] !== 'url' && { content: { name: 'me' } }) };
  },
};

/** Results as they come. */
const whole = { defaults: { compress: { results: false }, resultTokens: 0 } };
const patient = { timeout: 10_000 };
const place = sharedPlace();
let servers: Record<string, Server>;
let url = '';

beforeAll(async () => {
  const all = await Promise.all(
    upstreams.map(async (upstream): Promise<[string, Server]> => {
      const lists = `${place.folder}/${nameOf(upstream)}.json`;
      const given = [eraOf(upstream), upstream.endsWith('HTTP') ? 'http' : 'stdio', lists];
      if (upstream.endsWith('stdio')) return [nameOf(upstream), fixture('talkative', ...given)];
      return [nameOf(upstream), { url: (await place.fixtureHttp('talkative', ...given)).url }];
    }),
  );
  servers = Object.fromEntries(all);
  url = (await place.serve(servers, whole)).url;
});

const clients = ['HTTP', 'stdio'].flatMap(transport => kinds.map(kind => ({ transport, kind })));

describe.concurrent.each(clients)('a $kind client over $transport', ({ transport, kind }) => {
  const isModern = kind === 'v2 modern';
  let client: McpClient;

  beforeAll(async () => {
    client =
      transport === 'HTTP'
        ? await place.http(kind, url, { name: kind, person: me })
        : await place.stdioTo(kind, place.stdioCommand(servers, whole), me);
    await client.listen();
  });

  describe.sequential.each(upstreams)('of a %s server', upstream => {
    const server = nameOf(upstream);
    const both2025 = !isModern && eraOf(upstream) === 'legacy';
    const text = (tool: string, given?: Record<string, unknown>) => client.text(`${server}.${tool}`, given);
    const answer = async (tool: string) => JSON.parse(await text(tool));
    const lastAsked = () => client.asked.at(-1);

    test('elicitation by form', async () => {
      expect(await answer('form')).toEqual({ action: 'accept', content: { name: 'me' } });
      expect(lastAsked()).toMatchObject({
        method: 'elicitation/create',
        params: { message: 'Who is it?', requestedSchema: { required: ['name'] } },
      });
    });

    test('elicitation by URL', async () => {
      expect(await answer('url')).toEqual({ action: 'accept' });
      expect(lastAsked()).toMatchObject({
        method: 'elicitation/create',
        params: {
          mode: 'url',
          message: 'Look there',
          url: 'https://example.com/x',
          ...(both2025 && { elicitationId: 'e1' }),
        },
      });
    });

    test('sampling', async () => {
      expect(await answer('sample')).toMatchObject({ content: { text: 'hello' }, model: 'm' });
      expect(lastAsked()).toMatchObject({ method: 'sampling/createMessage', params: { maxTokens: 10 } });
    });

    test('roots', async () => {
      expect(await answer('roots')).toEqual({ roots: [{ uri: 'file:///home', name: 'home' }] });
    });

    test('progress', async () => {
      const before = client.ticks.length;
      await client.exec(`${server}.work`, { steps: 3, ms: 50 }, { onprogress: () => {} });
      expect(client.ticks.slice(before)).toMatchObject(
        [1, 2, 3].map(progress => ({ progress, total: 3, message: `step ${progress} of 3` })),
      );
    });

    test('cancel', async () => {
      const mark = { mark: `${kind} ${transport}` };
      const controller = new AbortController();
      const call = client.exec(`${server}.slow`, mark, { signal: controller.signal });
      for (let turn = 0; turn < 3; turn++) await text('cancelled'); // what was sent before has arrived
      controller.abort('enough');
      await expect(call).rejects.toThrow();
      await vi.waitFor(async () => expect(await text('cancelled', mark)).toBe('1'), patient);
    });

    test('log', async () => {
      const logged = async (logLevel?: string) => {
        const before = client.heard.length;
        await client.exec(`${server}.log`, {}, logLevel === undefined ? {} : { logLevel });
        const news = client.heard.slice(before).filter(({ method }) => method === 'notifications/message');
        return news.map(({ params }) => [params?.['level'], params?.['logger'], params?.['data']]);
      };
      const begins = ['info', 'talkative', { step: 'begins' }];
      const ends = ['error', 'talkative', { step: 'ends' }];
      if (isModern) {
        expect(await logged()).toEqual([]);
        expect(await logged('info')).toEqual([begins, ends]);
        expect(await logged('error')).toEqual([ends]);
      } else {
        await client.setLogLevel('info');
        expect(await logged()).toEqual([begins, ends]);
        await client.setLogLevel('error');
        expect(await logged()).toEqual([ends]);
      }
    });

    test('list_changed of tools', async () => {
      const before = client.changes.count;
      const added = await text('change', { list: 'tools' });
      await vi.waitFor(() => expect(client.changes.count).toBeGreaterThan(before), patient);
      const find = () => client.inspect({ server, tool: added });
      await vi.waitFor(async () => expect(await find()).toContain('Was not here'), patient);
    });

    test('large result', async () => {
      const lines = (await text('large', { lines: 32 * 1024 })).split('\n'); // 3 MB
      expect(lines).toHaveLength(32 * 1024);
      expect(lines.filter((line, index) => !line.startsWith(`${index} Grüße 你好 🎉 ...`))).toEqual([]);
    });
  });
});
