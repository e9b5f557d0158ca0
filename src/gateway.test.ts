import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Config } from './config/types.ts';
import { Gateway } from './gateway.ts';
import { configured, noProxy, scripted } from './upstream/connecting.fixture.ts';

/** Lists the tool `a`, then `b`, then `a`…, and says so that its list has changed until it was asked `argv[1]` times. */
const script = `let lists = 0;
require('readline').createInterface({ input: process.stdin }).on('line', line => {
  const { id, method } = JSON.parse(line);
  const say = message => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
  if (method === 'initialize') say({ id, result: { protocolVersion: '2025-11-25',
    capabilities: { tools: { listChanged: true } }, serverInfo: { name: 'x', version: '1' } } });
  else if (method === 'tools/list') {
    say({ id, result: { tools: [{ name: lists++ % 2 ? 'b' : 'a', inputSchema: { type: 'object' } }] } });
    if (lists < Number(process.env.LISTS)) say({ method: 'notifications/tools/list_changed' });
  } else if (id !== undefined) say({ id, error: { code: -32601, message: 'no' } });
})`;

test('what is on disk in the end is the last listing, also when it is the one that was there before', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'mcpx-gateway-'));
  onTestFinished(() => rmSync(stateFolder, { recursive: true }));
  const namesOnDisk = () => {
    const [file] = readdirSync(join(stateFolder, 'listings'));
    const { listing } = JSON.parse(readFileSync(join(stateFolder, 'listings', file!), 'utf8'));
    return listing.tools.map(({ name }: { name: string }) => name);
  };
  const runUntilListed = async (times: number): Promise<string[]> => {
    const seen: string[] = [];
    const gateway = new Gateway({ config: flipping(times), stateFolder });
    await gateway.recall();
    gateway.onCatalogChange = () =>
      seen.push([...gateway.snapshot.servers.get('tested')!.tools.keys()].join());
    gateway.start();
    await gateway.listed('tested', 20_000);
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(times - 1), { timeout: 20_000 });
    await gateway.close(0);
    return seen;
  };
  expect(await runUntilListed(1)).toEqual(['a']);
  expect(namesOnDisk()).toEqual(['a']);
  expect(await runUntilListed(3)).toEqual(['b', 'a']);
  expect(namesOnDisk()).toEqual(['a']);
});

function flipping(times: number): Config {
  const target = scripted(script, { LISTS: String(times) });
  return {
    file: 'mcpx.json',
    version: '',
    includes: [],
    servers: [configured(target)],
    gateway: {
      host: '127.0.0.1',
      port: 8000,
      portNamed: false,
      mode: 'tools',
      profiles: {},
      clients: {},
      sse: false,
      admin: {},
      keys: [],
      allowedHosts: [],
      allowedOrigins: [],
      drainMs: 1_000,
      sessionIdleMs: 60_000,
      menuTokens: 800,
      keychain: false,
      searchTokens: 600,
      search: { learn: false },
      results: { maxMemoryMb: 1, maxDiskMb: 1, ttlMs: 60_000 },
      log: { level: 'silent', format: 'auto', maxFileMb: 1, maxFiles: 1, payloads: false },
      metrics: { enabled: false, maxTools: 1 },
      history: { enabled: false, onDisk: false, maxAgeDays: 1, maxMb: 1, payloads: false },
      audit: { enabled: false },
      otel: { enabled: false, headers: {}, traces: false, metrics: false, payloads: false },
    },
    proxy: noProxy,
    warnings: [],
  };
}
