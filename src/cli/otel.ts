import type { Gateway } from '../gateway.ts';
import { publish } from '../telemetry/events.ts';
import type { Otel } from '../telemetry/otel/otel.ts';
import { self } from '../version.ts';

/** What it needs, and MCPX does without; see `peerDependencies` in package.json. */
const packages = [
  '@opentelemetry/api@1.9',
  ...['core', 'resources', 'sdk-metrics', 'sdk-trace-base'].map(name => `@opentelemetry/${name}@2`),
  ...['metrics', 'trace'].map(signal => `@opentelemetry/exporter-${signal}-otlp-proto@0.223`),
];

/** Sends traces and metrics where the configuration, or the environment, says so; loads nothing where neither does. */
export async function otelFrom(gateway: Gateway): Promise<Otel | undefined> {
  const { otel, metrics } = gateway.config.gateway;
  if (!otel.enabled) return undefined;
  try {
    const { Otel } = await import('../telemetry/otel/otel.ts');
    const urlOf = (server: string) => {
      const target = gateway.configOf(server)?.target;
      return target !== undefined && 'url' in target ? target.url : undefined;
    };
    return new Otel({ ...otel, maxTools: metrics.maxTools, version: self.version, urlOf });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND';
    const reason = isMissing
      ? `it is not installed. What it needs: npm install ${packages.join(' ')}`
      : message;
    publish('telemetry.failed', { part: 'OpenTelemetry', reason });
    return undefined;
  }
}
