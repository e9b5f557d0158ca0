import { Gauge, Registry } from 'prom-client';
import { Count, Family, Spread } from './series.ts';
import { type MetricName, metrics } from './table.ts';

type Named<T extends 'counter' | 'gauge' | 'histogram'> = {
  [N in MetricName]: (typeof metrics)[N]['type'] extends T ? N : never;
}[MetricName];

/** The metrics of the table, each made once. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #made = new Map<MetricName, Gauge | Family<Count> | Family<Spread>>();

  constructor() {
    for (const [name, { type, help, ...rest }] of Object.entries(metrics)) {
      const labels = 'labels' in rest ? rest.labels : [];
      const made =
        type === 'gauge'
          ? new Gauge({ name, help, labelNames: labels, registers: [] })
          : type === 'counter'
            ? new Family({ name, help, type, labels, make: () => new Count() })
            : new Family({ name, help, type, labels, make: () => new Spread() });
      this.#made.set(name as MetricName, made);
      this.#registry.registerMetric(made as Gauge); // it asks for the name, and what `get` says
    }
  }

  counter(name: Named<'counter'>): Family<Count> {
    return this.#made.get(name) as Family<Count>;
  }

  gauge(name: Named<'gauge'>): Gauge {
    return this.#made.get(name) as Gauge;
  }

  histogram(name: Named<'histogram'>): Family<Spread> {
    return this.#made.get(name) as Family<Spread>;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In the text form of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
