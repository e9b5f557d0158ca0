import { fstatSync, ftruncateSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nameFor } from '../../paths.ts';
import { instancesFolder } from '../instance/instance.ts';

/** The most bytes that the log of a gateway in the background keeps. */
const maxBytes = 1024 * 1024;
const checkMs = 60_000;
/** As much of the end as is looked at for the last lines. */
const tailBytes = 8 * 1024;

/** Where a gateway that `--start` has started writes what it has to say; private. */
export function logFile(stateFolder: string, config: string): string {
  return join(instancesFolder(stateFolder), `${nameFor(config)}.log`);
}

/** Opens a log for writing at its end; what it has is dropped when that is too much. The caller closes it. */
export function openLog(file: string): number {
  const descriptor = openSync(file, 'a+', 0o600);
  if (fstatSync(descriptor).size > maxBytes) ftruncateSync(descriptor);
  return descriptor;
}

/** The last lines that were written since the log had `from` bytes. */
export function lastLines(descriptor: number, from: number, count = 5): string[] {
  const { size } = fstatSync(descriptor);
  const start = Math.max(from, size - tailBytes);
  const tail = Buffer.alloc(Math.max(0, size - start));
  readSync(descriptor, tail, 0, tail.length, start);
  const lines = tail.toString('utf8').split('\n');
  return lines.filter(line => line.trim() !== '').slice(-count);
}

/** Empties the log from time to time when `descriptor`, our stderr, writes to it; does nothing when it does not. */
export function boundLog(file: string, descriptor = 2, max = maxBytes, everyMs = checkMs): void {
  if (!isOpenAs(file, descriptor)) return;
  const check = () => {
    try {
      if (fstatSync(descriptor).size > max) ftruncateSync(descriptor);
    } catch {
      // it cannot be made smaller: a log is not worth a gateway
    }
  };
  setInterval(check, everyMs).unref();
}

function isOpenAs(file: string, descriptor: number): boolean {
  try {
    const [named, open] = [statSync(file), fstatSync(descriptor)];
    return open.isFile() && named.ino === open.ino && named.dev === open.dev;
  } catch {
    return false; // there is no log
  }
}
