import type { ServerConfig } from '../config/types.ts';
import type { RawListing } from '../types.ts';

/** A listing with tools of these names. */
export function listing(...tools: string[]): RawListing {
  return {
    tools: tools.map(name => ({ name, inputSchema: { type: 'object' } })),
    resources: [],
    templates: [],
    prompts: [],
    capabilities: { tools: {} },
    protocolVersion: '2025-11-25',
    era: 'legacy',
    warnings: [],
    listedAt: 1,
  };
}

/** A server of the configuration. */
export function server(name: string, settings: Partial<ServerConfig> = {}): ServerConfig {
  const target = { type: 'stdio', command: 'x', args: [], cwd: '/', env: {}, ownEnv: {} } as const;
  return {
    name,
    target: { ...target, args: [] },
    isolation: 'client',
    pool: { min: 0, max: 8, idleMs: 60_000 },
    concurrency: 32,
    queue: 128,
    connectTimeoutMs: 30_000,
    timeoutMs: 300_000,
    maxTotalMs: 3_600_000,
    retry: false,
    cache: { ttlMs: 0, tools: [] },
    health: { enabled: false, intervalMs: 30_000, timeoutMs: 5_000, threshold: 3 },
    compress: { schemas: true, results: true, structuredContent: true },
    resultTokens: 10_000,
    tools: { deny: [], ask: [], resultTokens: {}, examples: {} },
    secrets: [],
    ...settings,
  };
}
