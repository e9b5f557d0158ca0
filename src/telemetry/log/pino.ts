import { type Logger, pino, stdTimeFunctions, symbols } from 'pino';
import { withoutSecrets } from '../../secrets.ts';

/** pino, whose lines go to `put` with the rank of their level; whatever else was forgotten, no known secret gets past. */
export function makePino(level: string, put: (line: string, rank: number) => void): Logger {
  const stream = {
    [symbols.needsMetadataGsym]: true as const,
    lastLevel: 0,
    write: (line: string) => put(withoutSecrets(line), stream.lastLevel),
  };
  return pino(
    {
      level,
      base: undefined, // who reads one gateway's lines knows its process
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
    },
    stream,
  );
}
