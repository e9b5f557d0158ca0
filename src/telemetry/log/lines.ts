import { type EventName, type Events, subscribe } from '../events.ts';

export const ranks = { debug: 20, info: 30, warn: 40, error: 50, silent: 100 } as const;
export type Level = Exclude<keyof typeof ranks, 'silent'>;

export interface Line {
  level: Level;
  msg: string;
  fields: Record<string, unknown>;
}

/** Makes lines of the events of one name. */
export interface Teller {
  /** The loudest that its lines can be: while even that is not wanted it need not listen. */
  upTo: Level;
  listen(write: (line: Line) => void): () => void;
}

/** `linesOf` may say that an event is not worth a line. */
export function teller<N extends EventName>(
  name: N,
  upTo: Level,
  linesOf: (event: Events[N]) => Line | Line[] | undefined,
): Teller {
  return {
    upTo,
    listen: write =>
      subscribe(name, event => {
        const lines = linesOf(event);
        if (Array.isArray(lines)) for (const line of lines) write(line);
        else if (lines !== undefined) write(lines);
      }),
  };
}

export function line(level: Level, msg: string, fields: Line['fields'] = {}): Line {
  return { level, msg, fields };
}

/** Milliseconds, to a hundredth. */
export function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** The level whose rank is `rank`. */
export function levelOf(rank: number): Level {
  return rank >= ranks.error ? 'error' : rank >= ranks.warn ? 'warn' : rank >= ranks.info ? 'info' : 'debug';
}
