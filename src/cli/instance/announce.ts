import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { realPath } from '../../paths.ts';
import { processStart } from '../../proc.ts';
import { replaceFile } from '../../replace-file.ts';
import { self } from '../../version.ts';
import { printError } from '../print.ts';
import { type Instance, instancesFolder } from './instance.ts';

/** A key that nobody can guess, for the instance file. */
export function newInstanceKey(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Writes the instance file of this process. The function returned removes it; so does the end of the process. A file
 * that cannot be written is a warning: the gateway works, it is only not found.
 */
export async function announce(
  stateFolder: string,
  { config, bound, key }: { config: string; bound: AddressInfo; key: string },
): Promise<() => void> {
  const folder = instancesFolder(stateFolder);
  const file = join(folder, `${process.pid}.json`);
  const instance: Instance = {
    pid: process.pid,
    processStart: processStart(process.pid),
    address: reachable(bound),
    config: realPath(config),
    version: self.version,
    startedAt: Date.now(),
    key,
  };
  const withdraw = () => {
    try {
      rmSync(file, { force: true });
    } catch {
      // whoever finds it sees that we are gone
    }
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    await replaceFile(file, JSON.stringify(instance));
    process.once('exit', withdraw);
  } catch (error) {
    printError(`warning: \`mcpx stdio --attach\` will not find this gateway: ${(error as Error).message}`);
  }
  return withdraw;
}

/** The address for a client on this machine: an address that means "all of them" is no address to connect to. */
function reachable({ address, family, port }: AddressInfo): string {
  if (family === 'IPv6') return `http://[${address === '::' ? '::1' : address}]:${port}`;
  return `http://${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
}
