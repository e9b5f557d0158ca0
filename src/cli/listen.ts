import { once } from 'node:events';
import type { Server } from 'node:http';
import { McpxError } from '../errors.ts';

/** How many ports are tried after the first. */
const more = 20;

/** Listens; on the next free port only when nobody named this one. Throws PORT_TAKEN, or what else is in the way. */
export async function listen(server: Server, host: string, port: number, named: boolean): Promise<void> {
  for (let candidate = port; ; candidate++) {
    try {
      server.listen(candidate, host);
      await once(server, 'listening');
      return;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE')
        throw new McpxError('CANNOT_LISTEN', `cannot listen on ${host}:${candidate}: ${message}`);
      if (named || candidate >= port + more)
        throw new McpxError('PORT_TAKEN', `port ${candidate} on ${host} is taken.`);
    }
  }
}
