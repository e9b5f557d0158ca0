/** A file that is not ours alone, replaced without changing anything but what is in it. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces what is in `file` in one step, so that nobody ever reads half of it. Links to it, its mode and its owner stay;
 * where that cannot be had in one step it is written in place. A file that is not there is made, private.
 */
export async function replaceContent(file: string, content: Buffer): Promise<void> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) return create(file, content);
  const { mode, uid, gid } = await stat(real);
  const temporary = join(dirname(real), `.${basename(real)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', mode & 0o777);
    try {
      await handle.chmod(mode & 0o7777);
      const made = await handle.stat();
      if (made.uid !== uid || made.gid !== gid) await handle.chown(uid, gid);
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, real);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // it may not even be there
    if (!onlyInPlace.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await writeInPlace(real, content);
  }
}

/** A folder that cannot be written to, an owner that cannot be given, a file that is a mount of its own. */
const onlyInPlace: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV']);

async function create(file: string, content: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeInPlace(file: string, content: Buffer): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.write(content, 0, content.length, 0);
    await handle.truncate(content.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
