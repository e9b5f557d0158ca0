import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayConfig, GatewayKey } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { localPrincipal, type Principal } from '../types.ts';

/** Tells by its bearer key who sends a request. Throws UNAUTHORIZED; what fails here fails closed. */
export class Authenticator {
  readonly #keys: { name: string; digest: Buffer }[];
  /** Whether keys are needed at all. */
  readonly #required: boolean;

  /** `instanceKey` opens as well: it is known only to those who can read the instance file. */
  constructor(keys: GatewayKey[], instanceKey?: string) {
    this.#required = keys.length > 0;
    this.#keys = keys.map(({ name, sha256 }) => ({ name, digest: Buffer.from(sha256, 'hex') }));
    if (instanceKey === undefined) return;
    this.#keys.push({ name: localPrincipal, digest: digestOf(instanceKey) });
  }

  principal(headers: IncomingHttpHeaders): Principal {
    if (!this.#required) return localPrincipal;
    const given = bearer(headers);
    if (given === undefined) throw new McpxError('UNAUTHORIZED', 'this gateway needs a key.');
    const digest = digestOf(given);
    let found: Principal | undefined;
    // every key is compared, each in constant time: how long it takes says nothing
    for (const key of this.#keys) if (timingSafeEqual(key.digest, digest)) found = key.name;
    if (found === undefined) throw new McpxError('UNAUTHORIZED', 'this gateway does not know the key.');
    return found;
  }
}

/** Those whom `before` let in, and `after` does not with what they came with. */
export function revokedBetween(before: GatewayConfig, after: GatewayConfig): Set<Principal> {
  const still = admitted(after);
  return new Set(
    [...admitted(before)].filter(([name, proof]) => still.get(name) !== proof).map(([name]) => name),
  );
}

/** Who is let in, and with what. */
function admitted({ keys }: GatewayConfig): Map<Principal, string> {
  if (keys.length === 0) return new Map([[localPrincipal, '']]);
  return new Map(keys.map(({ name, sha256 }) => [name, sha256]));
}

function bearer({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
