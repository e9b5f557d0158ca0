import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { buckets, type MetricName, metrics } from './table.ts';

type Named<T extends 'counter' | 'gauge' | 'histogram'> = {
  [N in MetricName]: (typeof metrics)[N]['type'] extends T ? N : never;
}[MetricName];

/** The metrics of the table, each made once. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #made = new Map<MetricName, Counter | Gauge | Histogram>();

  constructor() {
    const registers = [this.#registry];
    for (const [name, metric] of Object.entries(metrics) as [MetricName, (typeof metrics)[MetricName]][]) {
      const options = { name, help: metric.help, labelNames: labelsOf(name), registers };
      const made =
        metric.type === 'counter'
          ? new Counter(options)
          : metric.type === 'gauge'
            ? new Gauge(options)
            : new Histogram({ ...options, buckets });
      this.#made.set(name, made);
    }
  }

  counter(name: Named<'counter'>): Counter {
    return this.#made.get(name) as Counter;
  }

  gauge(name: Named<'gauge'>): Gauge {
    return this.#made.get(name) as Gauge;
  }

  histogram(name: Named<'histogram'>): Histogram {
    return this.#made.get(name) as Histogram;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In the text form of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

function labelsOf(name: MetricName): string[] {
  const metric = metrics[name];
  return 'labels' in metric ? [...metric.labels] : [];
}
