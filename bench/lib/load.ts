import { median, quantile, shuffled } from './statistics.ts';

/** One way to reach the echo tool. */
export interface Path {
  name: string;
  call: () => Promise<unknown>;
}

/** Milliseconds, and calls a second. */
export interface Load {
  median: number;
  p99: number;
  throughput: number;
}

export interface LoadOptions {
  rounds: number;
  sequential: number;
  concurrent: number;
  inFlight: number;
}

export const defaultLoad: LoadOptions = { rounds: 12, sequential: 200, concurrent: 2_400, inFlight: 32 };

/** Measures all paths in interleaved blocks, so that whatever else the machine does hits all of them alike. */
export async function measure(paths: Path[], options: LoadOptions = defaultLoad): Promise<Map<string, Load>> {
  const times = new Map(paths.map(({ name }) => [name, [] as number[]]));
  const rates = new Map(paths.map(({ name }) => [name, [] as number[]]));
  for (const { call } of paths) await inSequence(call, 300); // warm
  for (let round = 0; round < options.rounds; round++) {
    for (const { name, call } of shuffled(paths))
      times.get(name)!.push(...(await inSequence(call, options.sequential)));
    for (const { name, call } of shuffled(paths)) {
      rates.get(name)!.push(await atOnce(call, options.concurrent, options.inFlight));
    }
  }
  return new Map(
    paths.map(({ name }) => {
      const all = times.get(name)!;
      return [name, { median: median(all), p99: quantile(all, 0.99), throughput: median(rates.get(name)!) }];
    }),
  );
}

async function inSequence(call: () => Promise<unknown>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await call();
    times.push(performance.now() - started);
  }
  return times;
}

/** Calls a second with `inFlight` always under way. */
export async function atOnce(call: () => Promise<unknown>, count: number, inFlight: number): Promise<number> {
  const started = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (count / (performance.now() - started)) * 1_000;
}
