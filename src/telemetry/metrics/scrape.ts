import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { UpstreamState } from '../../types.ts';
import { safeName } from '../safe.ts';
import { Children } from './children.ts';
import { countEvents } from './counts.ts';
import { Metrics } from './registry.ts';

/** How a server is. */
interface ServerSight {
  state: UpstreamState;
  tools: number;
  breaker: string;
  pool: { busy: number; idle: number; spare: number; opening: number; waiting: number };
  calls: { running: number; waiting: number };
}

/** How the gateway is at the moment. */
export interface Sight {
  version: string;
  tools: number;
  servers: Map<string, ServerSight>;
}

/** Of a process and what it has started. */
interface Usage {
  bytes: number;
  cpuSeconds: number;
}

export interface ScrapeOptions {
  /** Tools that are counted apart. */
  maxTools: number;
  look: () => Sight;
  /** Rejects where it cannot be told. */
  usageOf: (pid: number) => Promise<Usage>;
}

const states: UpstreamState[] = ['idle', 'connecting', 'ready', 'degraded', 'failed', 'needs_auth', 'closed'];
const breakerStates = ['closed', 'open', 'half-open'];
const startedAt = Date.now() - performance.now();

/** Everything that Prometheus is told: counts since it was made, and how things are when it asks. */
export class Scrape {
  readonly #options: ScrapeOptions;
  readonly #metrics = new Metrics();
  readonly #children = new Children();
  readonly #delay: IntervalHistogram;
  readonly #end: () => void;

  constructor(options: ScrapeOptions) {
    this.#options = options;
    this.#delay = monitorEventLoopDelay({ resolution: 20 });
    this.#delay.enable();
    this.#end = countEvents(this.#metrics, options.maxTools);
  }

  get contentType(): string {
    return this.#metrics.contentType;
  }

  /** In the text form of Prometheus. */
  async text(): Promise<string> {
    this.#lookAtServers(this.#options.look());
    this.#lookAtOurselves();
    await this.#lookAtChildren();
    return this.#metrics.text();
  }

  /** Counts no more. */
  close(): void {
    this.#end();
    this.#children.close();
    this.#delay.disable();
  }

  #lookAtServers({ version, tools, servers }: Sight): void {
    const gauge = (name: Parameters<Metrics['gauge']>[0]) => {
      const found = this.#metrics.gauge(name);
      found.reset(); // a server that is gone is in no state
      return found;
    };
    gauge('mcpx_build_info').set({ version, node: process.version }, 1);
    gauge('mcpx_catalog_tools').set(tools);
    const state = gauge('mcpx_server_state');
    const listed = gauge('mcpx_server_tools');
    const breaker = gauge('mcpx_breaker_state');
    const connections = gauge('mcpx_pool_connections');
    const waiting = gauge('mcpx_pool_waiting');
    const running = gauge('mcpx_calls_running');
    const queued = gauge('mcpx_calls_waiting');
    for (const [name, sight] of servers) {
      const server = safeName(name);
      for (const each of states) state.set({ server, state: each }, Number(each === sight.state));
      for (const each of breakerStates) breaker.set({ server, state: each }, Number(each === sight.breaker));
      listed.set({ server }, sight.tools);
      const { busy, idle, spare, opening } = sight.pool;
      connections.set({ server, state: 'busy' }, busy);
      connections.set({ server, state: 'idle' }, Math.max(0, idle - spare));
      connections.set({ server, state: 'spare' }, spare);
      connections.set({ server, state: 'opening' }, opening);
      waiting.set({ server }, sight.pool.waiting);
      running.set({ server }, sight.calls.running);
      queued.set({ server }, sight.calls.waiting);
    }
  }

  #lookAtOurselves(): void {
    const { user, system } = process.cpuUsage();
    this.#metrics.counter('process_cpu_seconds_total').of().value = (user + system) / 1e6;
    this.#metrics.gauge('process_resident_memory_bytes').set(process.memoryUsage.rss());
    this.#metrics.gauge('process_start_time_seconds').set(Math.round(startedAt) / 1_000);
    const delay = this.#metrics.gauge('mcpx_event_loop_delay_seconds');
    const seconds = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
    delay.set({ quantile: '0.5' }, seconds(this.#delay.percentile(50)));
    delay.set({ quantile: '0.99' }, seconds(this.#delay.percentile(99)));
    delay.set({ quantile: '1' }, seconds(this.#delay.max));
    this.#delay.reset();
  }

  async #lookAtChildren(): Promise<void> {
    const children = this.#children.shown;
    const usages = await Promise.all(
      children.map(({ pid }) => this.#options.usageOf(pid).catch(() => undefined)), // it is gone, or cannot be seen
    );
    const count = this.#metrics.gauge('mcpx_processes');
    const memory = this.#metrics.gauge('mcpx_child_memory_bytes');
    const cpu = this.#metrics.counter('mcpx_child_cpu_seconds_total');
    for (const metric of [count, memory]) metric.reset();
    cpu.clear();
    for (const { server } of this.#children.running) count.inc({ server: safeName(server) });
    for (const [index, { server, slot }] of children.entries()) {
      const usage = usages[index];
      if (usage === undefined) continue;
      const labels = { server: safeName(server), process: String(slot) };
      memory.set(labels, usage.bytes);
      cpu.of(labels.server, labels.process).value = usage.cpuSeconds;
    }
  }
}
