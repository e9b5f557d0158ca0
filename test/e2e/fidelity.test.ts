// What an upstream says comes through `exec` unchanged in every field, but for what a client's era demands.
import { describe, expect } from 'vitest';
import { type Answer, callRaw, execRaw, fixture, type Place, root, test, type Wire } from './harness.ts';
import { permittedResult } from './permitted.ts';

type Era = 'legacy' | 'modern';
type Result = Record<string, unknown>;

const upstreams = {
  wild: { ...fixture('wild'), era: 'legacy' },
  array: { ...fixture('wild', 'array'), era: 'legacy' },
  echo: { ...fixture('echo'), era: 'legacy' },
  files: {
    command: process.execPath,
    args: [`${root}node_modules/@modelcontextprotocol/server-filesystem/dist/index.js`, `${root}examples`],
    era: 'legacy',
  },
  good: { ...fixture('modern-stdio'), era: 'modern' },
  odd: { ...fixture('modern-odd'), era: 'modern' },
} satisfies Record<string, { command: string; args: string[]; era: Era }>;

type Name = keyof typeof upstreams;

const servers = Object.fromEntries(
  Object.entries(upstreams).map(([name, { command, args }]) => [name, { command, args }]),
);

const calls: [Name, string, Result][] = [
  ['wild', 'wild', {}],
  ['wild', 'fails', {}],
  ['array', 'wild', {}],
  ['echo', 'add', { a: 1, b: 2 }],
  ['files', 'list_directory', { path: `${root}examples/files` }],
  ['files', 'read_text_file', { path: `${root}examples/files/planets.csv` }],
  ['files', 'read_text_file', { path: '/nowhere/at/all' }],
  ['good', 'add', { a: 1, b: 2 }],
  ['good', 'echo', { message: 'Grüße 你好 🎉 \u2028' }],
  ['odd', 'list', {}],
  ['odd', 'number', {}],
  ['odd', 'nothing', {}],
  ['odd', 'object', {}],
  ['odd', 'fails', {}],
];

async function gatewayWire(place: Place, era: Era, transport: string): Promise<Wire> {
  if (transport === 'stdio') return place.rawStdio(era, place.stdioCommand(servers));
  return place.rawHttp(era, (await place.serve(servers)).url);
}

describe.each(['legacy', 'modern'] as const)('a %s client', era => {
  test.for(['stdio', 'HTTP'])(
    'gets over %s every field of every result of every upstream',
    async (transport, { place }) => {
      const wire = await gatewayWire(place, era, transport);
      const direct = new Map<Name, Wire>();
      for (const [name, tool, given] of calls) {
        const { era: upstream } = upstreams[name];
        if (!direct.has(name)) direct.set(name, await place.rawStdio(upstream, servers[name]!));
        const said = (await callRaw(direct.get(name)!, tool, given)).result!;
        const heard = (await execRaw(wire, `${name}.${tool}`, given)).result!;
        expect
          .soft(JSON.parse(JSON.stringify(heard)), `${name}.${tool}`)
          .toStrictEqual(permittedResult(asRelayed(said), upstream, era));
        if (era === upstream)
          expect.soft(JSON.stringify(heard), `${name}.${tool}`).toBe(JSON.stringify(said));
      }
    },
  );

  test('gets an upstream’s JSON-RPC error as text, its code and data in _meta', async ({ place }) => {
    const wire = await gatewayWire(place, era, 'stdio');
    const { result } = await execRaw(wire, 'wild.rpc_error');
    expect(result).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringMatching(/"wild".*-32002.*no such thing/) }],
      _meta: {
        'mcpx/error': { code: -32002, data: { uri: 'wild://nothing', nested: { kept: [1, null] } } },
      },
    });
    const modern = await execRaw(wire, 'odd.rpc_error');
    expect(modern.result).toMatchObject({
      isError: true,
      _meta: { 'mcpx/error': { code: -32602, message: 'not like this', data: { why: ['because'] } } },
    });
  });

  test('sends its own _meta along, but not what concerns one hop', async ({ place }) => {
    const wire = await gatewayWire(place, era, 'stdio');
    const own = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'example.com/x': { y: [1] },
    };
    const { result } = await execRaw(wire, 'wild.meta', { z: 1 }, { ...own, progressToken: 'mine' });
    const { _meta, ...params } = (result as Answer['result'])!['structuredContent'] as Result;
    expect(params).toEqual({ name: 'meta', arguments: { z: 1 } });
    const { progressToken, ...others } = _meta as Result;
    expect(others).toEqual(own);
    expect(progressToken).not.toBe('mine');
  });

  test('gets a resource’s contents with the _meta of the answer', async ({ place }) => {
    const wire = await gatewayWire(place, era, 'stdio');
    const { result } = await callRaw(wire, 'resources', { server: 'wild', uri: 'wild://text' });
    expect(result!['content']).toEqual([{ type: 'text', text: 'inside' }]);
    expect(result!['_meta']).toMatchObject({ 'example.com/ui': { resourceUri: 'ui://wild/panel' } });
  });
});

/** Numbers are read and written by JSON.parse and JSON.stringify, which know no -0. */
function asRelayed(result: Result): Result {
  return JSON.parse(JSON.stringify(result)) as Result;
}
