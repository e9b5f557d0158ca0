import { setTimeout as sleep } from 'node:timers/promises';

/** One call: when it was due, and how long it took, in milliseconds. */
export interface Timed {
  at: number;
  ms: number;
}

/**
 * Calls at random moments, `rate` a second on average, for `ms` milliseconds, whether or not earlier ones have been
 * answered: people do not wait for each other. Resolves when all are answered.
 */
export async function openLoop(call: () => Promise<unknown>, rate: number, ms: number): Promise<Timed[]> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const calls: Promise<Timed>[] = [];
  for (let due = pause(rate); due < ms; due += pause(rate)) {
    await sleep(Math.max(0, due - elapsed()));
    calls.push(timed(call, due));
  }
  return Promise.all(calls);
}

async function timed(call: () => Promise<unknown>, at: number): Promise<Timed> {
  const started = performance.now();
  await call();
  return { at, ms: performance.now() - started };
}

/** Milliseconds to the next arrival of a Poisson process. */
function pause(rate: number): number {
  return (-Math.log(1 - Math.random()) * 1_000) / rate;
}
