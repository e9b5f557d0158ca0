import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';

/** The path without symbolic links; as it is when the file is not there. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** A file name for what belongs to one configuration, which says nothing about where that is. */
export function nameFor(config: string): string {
  return createHash('sha256').update(realPath(config)).digest('hex').slice(0, 32);
}
