import { join } from 'node:path';
import { countTools } from '../catalog/snapshot.ts';
import { currentEnvironment } from '../config/environment.ts';
import { stateFolder } from '../config/locate.ts';
import type { Config } from '../config/types.ts';
import type { Gateway } from '../gateway.ts';
import { nameFor } from '../paths.ts';
import { Happenings } from '../telemetry/happenings.ts';
import type { History } from '../telemetry/history/history.ts';
import { Ledger } from '../telemetry/ledger.ts';
import { LogTail } from '../telemetry/log/tail.ts';
import type { Scrape, Sight } from '../telemetry/metrics/scrape.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { groupUsage } from '../upstream/memory.ts';
import { self } from '../version.ts';
import { auditFrom } from './audit.ts';
import type { Given } from './command.ts';
import { logFrom } from './log.ts';
import { otelFrom } from './otel.ts';

const dayMs = 24 * 3_600_000;

/** All that watches a gateway which serves over HTTP. */
export async function telemetryOf(gateway: Gateway, given: Given): Promise<Telemetry> {
  const { config } = gateway;
  const tail = new LogTail();
  const log = logFrom(config, given, [tail]);
  const ledger = new Ledger();
  const happenings = new Happenings();
  const scrape = await scrapeOf(gateway, config);
  const history = await historyOf(config);
  const audit = auditFrom(config.gateway.audit);
  const otel = await otelFrom(gateway);
  return {
    log,
    tail,
    ledger,
    happenings,
    scrape,
    history,
    close: async () => {
      scrape?.close();
      ledger.close();
      happenings.close();
      await Promise.all([history?.close(), audit?.close(), otel?.close()]);
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

/** One database for each configuration: gateways that run with the same one write it in turn. */
async function historyOf(config: Config): Promise<History | undefined> {
  const { enabled, onDisk, maxAgeDays, maxMb, payloads } = config.gateway.history;
  if (!enabled) return undefined;
  const { History } = await import('../telemetry/history/history.ts');
  if (!onDisk) return new History({ payloads });
  const path = join(stateFolder(currentEnvironment()), 'history', `${nameFor(config.file)}.db`);
  const worker = new URL('./history-worker.js', import.meta.url); // beside all other files of dist/
  const database = { path, maxBytes: maxMb * 1024 * 1024, maxAgeMs: maxAgeDays * dayMs };
  return new History({ disk: { database, worker }, payloads });
}

function sightOf(gateway: Gateway): Sight {
  const { snapshot } = gateway;
  const servers = [...gateway.statuses()].map(([name, { state, health, pool, calls }]) => {
    const tools = snapshot.servers.get(name)?.tools.size ?? 0;
    return [name, { state, tools, breaker: health.breaker.state, pool, calls }] as const;
  });
  return { version: self.version, tools: countTools(snapshot), servers: new Map(servers) };
}
