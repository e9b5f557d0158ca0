import { buckets } from './table.ts';

/** One line of the text form. */
interface Sample {
  metricName: string;
  labels: Record<string, string>;
  value: number;
}

/** A number that only grows. */
export class Count {
  value = 0;

  add(by = 1): void {
    this.value += by;
  }

  samples(metricName: string, labels: Sample['labels']): Sample[] {
    return [{ metricName, labels, value: this.value }];
  }
}

/** How many values there were up to each of the bounds. */
export class Spread {
  readonly #counts = [...buckets, Number.POSITIVE_INFINITY].map(() => 0);
  #sum = 0;

  observe(value: number): void {
    let bucket = 0;
    while (bucket < buckets.length && value > buckets[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#sum += value;
  }

  samples(name: string, labels: Sample['labels']): Sample[] {
    let count = 0;
    const cumulative = this.#counts.map((own, bucket) => {
      count += own;
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: String(buckets[bucket] ?? '+Inf') },
        value: count,
      };
    });
    const rest = [
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
    return [...cumulative, ...rest];
  }
}

export interface FamilyOptions<S> {
  name: string;
  help: string;
  type: 'counter' | 'histogram';
  labels: readonly string[];
  make: () => S;
}

/**
 * The series of one metric, by the values of its labels, as prom-client's registry prints them. Whoever counts each call
 * keeps the series: prom-client would look it up by its labels each time, which costs several times as much.
 */
export class Family<S extends Count | Spread> {
  readonly name: string;
  readonly #options: FamilyOptions<S>;
  readonly #series = new Map<string, { labels: Sample['labels']; series: S }>();

  constructor(options: FamilyOptions<S>) {
    this.name = options.name;
    this.#options = options;
    if (options.labels.length === 0) this.of(); // it is told from the beginning
  }

  /** The series with these values, in the order of the labels. */
  of(...values: string[]): S {
    const key = values.join('\0');
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    const { labels, make } = this.#options;
    const series = make();
    this.#series.set(key, {
      labels: Object.fromEntries(labels.map((label, index) => [label, values[index]!])),
      series,
    });
    return series;
  }

  /** Forgets all series. */
  clear(): void {
    this.#series.clear();
  }

  /** Asked by the registry. */
  async get(): Promise<{ name: string; help: string; type: string; values: Sample[]; aggregator: 'sum' }> {
    const { name, help, type } = this.#options;
    const all = [...this.#series.values()];
    const values = all.flatMap(({ labels, series }) => series.samples(name, labels));
    return { name, help, type, values, aggregator: 'sum' };
  }
}
