import { join } from 'node:path';
import { isObject } from '../../json.ts';

/** What a running gateway leaves in the state folder for those who look for it, in a file that only its user can read. */
export interface Instance {
  pid: number;
  /** See `processStart`. */
  processStart?: string;
  /** Where it can be reached from this machine, such as `http://127.0.0.1:8000`. */
  address: string;
  /** Real path of its configuration. */
  config: string;
  version: string;
  /** Epoch milliseconds. */
  startedAt: number;
  /** Opens this gateway and no other, whatever keys are configured. */
  key: string;
}

/** Where the instance files are, and what belongs to starting a gateway. */
export function instancesFolder(stateFolder: string): string {
  return join(stateFolder, 'instances');
}

/** What was read from the file of process `pid`, or undefined when that is no instance: anything may have been written. */
export function asInstance(value: unknown, pid: number): Instance | undefined {
  if (!isObject(value) || value['pid'] !== pid) return undefined;
  const { processStart, address, config, version, startedAt, key } = value;
  const sound =
    (processStart === undefined || typeof processStart === 'string') &&
    typeof address === 'string' &&
    isBase(address) &&
    typeof config === 'string' &&
    typeof version === 'string' &&
    Number.isSafeInteger(startedAt) &&
    typeof key === 'string' &&
    /^[\w-]{43}$/.test(key);
  return sound ? (value as unknown as Instance) : undefined;
}

function isBase(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === 'http:' && url.origin === address;
  } catch {
    return false;
  }
}
