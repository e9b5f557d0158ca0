import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { within } from '../../within.ts';
import { measureEvents } from './durations.ts';
import { told } from './exports.ts';
import { type TraceOptions, traceEvents } from './spans.ts';

export interface OtelOptions extends TraceOptions {
  /** Such as `http://127.0.0.1:4318`; left out, OpenTelemetry reads it, and the headers, from the environment. */
  endpoint?: string;
  headers: Record<string, string>;
  traces: boolean;
  metrics: boolean;
  /** Tools that are told apart in metrics. */
  maxTools: number;
  version: string;
}

/** What waits to be sent gets so long when the gateway ends, in milliseconds. */
const closeMs = 1_000;

/** Sends traces and metrics to a collector, by OTLP over HTTP. It takes no part of the process but its own. */
export class Otel {
  readonly #ends: (() => void)[] = [];
  readonly #providers: { shutdown(): Promise<void> }[] = [];

  constructor(options: OtelOptions) {
    const { version, maxTools } = options;
    const resource = defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'mcpx', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] }));
    if (options.traces) {
      const exporter = told('traces', new OTLPTraceExporter(targetOf(options, 'traces')));
      const provider = new BasicTracerProvider({
        resource,
        spanProcessors: [new BatchSpanProcessor(exporter)],
      });
      this.#providers.push(provider);
      this.#ends.push(traceEvents(provider.getTracer('mcpx', version), options));
    }
    if (options.metrics) {
      const exporter = told('metrics', new OTLPMetricExporter(targetOf(options, 'metrics')));
      const provider = new MeterProvider({
        resource,
        readers: [new PeriodicExportingMetricReader({ exporter })],
      });
      this.#providers.push(provider);
      this.#ends.push(measureEvents(provider.getMeter('mcpx', version), maxTools));
    }
  }

  /** Sends what there is, as far as that is quick. */
  async close(): Promise<void> {
    for (const end of this.#ends) end();
    const ended = Promise.all(this.#providers.map(provider => provider.shutdown().catch(() => {}))); // told already
    await within(closeMs, ended);
  }
}

function targetOf({ endpoint, headers }: OtelOptions, signal: 'traces' | 'metrics') {
  const url = endpoint && `${endpoint.replace(/\/$/, '')}/v1/${signal}`;
  return { ...(url && { url }), ...(Object.keys(headers).length > 0 && { headers }) };
}
