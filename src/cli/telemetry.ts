import { countTools } from '../catalog/snapshot.ts';
import type { Config } from '../config/types.ts';
import type { Gateway } from '../gateway.ts';
import { Ledger } from '../telemetry/ledger.ts';
import { LogTail } from '../telemetry/log/tail.ts';
import type { Scrape, Sight } from '../telemetry/metrics/scrape.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { groupUsage } from '../upstream/memory.ts';
import { self } from '../version.ts';
import type { Given } from './command.ts';
import { logFrom } from './log.ts';

/** All that watches a gateway which serves over HTTP. */
export async function telemetryOf(gateway: Gateway, given: Given): Promise<Telemetry> {
  const { config } = gateway;
  const tail = new LogTail();
  const log = logFrom(config, given, [tail]);
  const ledger = new Ledger();
  const scrape = await scrapeOf(gateway, config);
  return {
    log,
    tail,
    ledger,
    scrape,
    close: async () => {
      scrape?.close();
      ledger.close();
      await log.close();
    },
  };
}

async function scrapeOf(gateway: Gateway, config: Config): Promise<Scrape | undefined> {
  const { enabled, maxTools } = config.gateway.metrics;
  if (!enabled) return undefined;
  const { Scrape } = await import('../telemetry/metrics/scrape.ts');
  return new Scrape({
    maxTools,
    look: () => sightOf(gateway),
    usageOf: async pid => {
      const { memoryMb, cpuSeconds } = await groupUsage(pid);
      return { bytes: memoryMb * 1024 * 1024, cpuSeconds };
    },
  });
}

function sightOf(gateway: Gateway): Sight {
  const { snapshot } = gateway;
  const servers = [...gateway.statuses()].map(([name, { state, health, pool, calls }]) => {
    const tools = snapshot.servers.get(name)?.tools.size ?? 0;
    return [name, { state, tools, breaker: health.breaker.state, pool, calls }] as const;
  });
  return { version: self.version, tools: countTools(snapshot), servers: new Map(servers) };
}
