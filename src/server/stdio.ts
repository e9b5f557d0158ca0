import type { Readable, Writable } from 'node:stream';
import { LineTransport } from '../rpc/lines.ts';
import { Duplex } from './duplex.ts';
import type { Choice, Surfaces } from './surfaces.ts';

export interface StdioFront {
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
  /** Resolves when everything that was answered is written. */
  close(): Promise<void>;
}

export interface StdioOptions {
  surfaces: Surfaces;
  /** What the client is shown, as the command line says. */
  choice: Choice;
  /** Tells the client's servers something. */
  tellServers: (owner: string, method: string) => void;
}

/** The one client of a stdio gateway; it has its connections to itself. */
const owner = 'stdio';

/** Serves one client over two streams. */
export function serveOverStdio(options: StdioOptions, input: Readable, output: Writable): StdioFront {
  const { surfaces, choice, tellServers } = options;
  const line = new LineTransport({ pauseWhenFull: true });
  const duplex = new Duplex({
    common: surfaces,
    listeners: surfaces.listeners,
    line,
    principal: 'local',
    owner,
    surface: client => surfaces.of(choice, client),
    ontold: method => tellServers(owner, method),
  });
  line.attach(input, output);
  return {
    closed: duplex.closed,
    close: async () => {
      surfaces.streams.close();
      await line.flushed();
      await duplex.close();
    },
  };
}
