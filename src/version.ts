import manifest from '../package.json' with { type: 'json' };
import type { PeerInfo } from './types.ts';

/** How MCPX introduces itself, to clients and to upstreams. */
export const self: PeerInfo = { name: 'mcpx', version: manifest.version };
