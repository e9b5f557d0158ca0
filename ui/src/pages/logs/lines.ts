import { useCallback, useEffect, useRef, useState } from 'react';
import { addressOf } from '../../api/client.ts';

/** A line of the log, read. */
export interface Line {
  /** In the order in which they came. */
  number: number;
  text: string;
  level: string;
  time: string;
  server?: string;
  message: string;
}

export interface LineFilter {
  level?: string;
  server?: string;
  request?: string;
}

/** Lines that are kept here, and asked for at the beginning. */
const mostLines = 10_000;
const lastLines = 1_000;
/** Lines that come are shown together. */
const gatherMs = 200;
const retryMs = 2_000;

/**
 * The lines that fit, and those that come. `paused`: they are gathered, not shown. A stream that ends is opened anew, with
 * what came meanwhile.
 */
export function useLines(filter: LineFilter, paused: boolean) {
  const [lines, setLines] = useState<Line[]>([]);
  const waiting = useRef<Line[]>([]);
  const [waitingCount, setWaitingCount] = useState(0);
  const isPaused = useRef(paused);
  isPaused.current = paused;
  const { level, server, request } = filter;

  const show = useCallback(() => {
    if (isPaused.current) return setWaitingCount(waiting.current.length);
    if (waiting.current.length === 0) return;
    const more = waiting.current;
    waiting.current = [];
    setWaitingCount(0);
    setLines(before => [...before, ...more].slice(-mostLines));
  }, []);

  useEffect(() => {
    const controller = new AbortController();
    setLines([]);
    waiting.current = [];
    let number = 0;
    const heard = (text: string) => {
      const line = lineOf(text, ++number);
      if (line === undefined) return;
      waiting.current.push(line);
      if (waiting.current.length > mostLines) waiting.current.shift();
    };
    void followed({ level, server, request }, heard, controller.signal);
    const timer = setInterval(show, gatherMs);
    return () => {
      controller.abort();
      clearInterval(timer);
    };
  }, [level, server, request, show]);

  return { lines, waiting: waitingCount };
}

/** Calls `heard` with each line until `signal` says that it is enough. */
async function followed(
  filter: LineFilter,
  heard: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = '';
  for (let lines = lastLines; !signal.aborted; ) {
    const known = last;
    let isKnown = known !== '';
    const once: string[] = [];
    const take = (line: string) => {
      if (isKnown && line === known) {
        isKnown = false;
        once.length = 0;
      } else if (isKnown) once.push(line);
      else heard(line);
      last = line;
    };
    try {
      await readLines(addressOf('getLogs', { query: { ...filter, lines, follow: 'true' } }), take, signal);
    } catch {
      // the gateway is gone, or this page is
    }
    for (const line of once) heard(line); // another gateway, which knows nothing of the last line
    await new Promise(resolve => setTimeout(resolve, retryMs));
    lines = lastLines;
  }
}

async function readLines(address: URL, take: (line: string) => void, signal: AbortSignal): Promise<void> {
  const response = await fetch(address, { signal, credentials: 'same-origin' });
  if (!response.ok || response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
  }
}

function lineOf(text: string, number: number): Line | undefined {
  try {
    const { level, time, server, msg } = JSON.parse(text) as Record<string, unknown>;
    return {
      number,
      text,
      level: String(level ?? 'info'),
      time: String(time ?? ''),
      ...(typeof server === 'string' && { server }),
      message: String(msg ?? ''),
    };
  } catch {
    return undefined; // cut in the middle
  }
}
