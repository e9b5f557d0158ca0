import { readFile, stat } from 'node:fs/promises';

/**
 * The UTF-8 text of a regular file, without a byte order mark. Throws an Error whose message completes
 * "FILE …", such as "does not exist; expected a file". Devices and pipes are refused: they might never end.
 */
export async function readText(path: string, maxBytes: number): Promise<string> {
  try {
    return textOf(await readBytes(path, maxBytes));
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** What is in a regular file. */
export async function readBytes(path: string, maxBytes: number): Promise<Buffer> {
  const about = await stat(path);
  if (about.isDirectory()) throw new Error('is a folder; expected a file');
  if (!about.isFile()) throw new Error('is a device or a pipe; expected a file');
  if (about.size > maxBytes) throw new Error(`has ${about.size} bytes; expected ${maxBytes} at most`);
  return readFile(path);
}

/** `bytes` as UTF-8, without a byte order mark. */
export function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('is not UTF-8 text; expected a file saved as UTF-8');
  }
}

/** Why a file could not be read, in words that complete "FILE …". */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (reasons[code] ?? `cannot be read: ${message}`);
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist; expected a file',
  ENOTDIR: 'does not exist; expected a file',
  EACCES: 'may not be read; expected permission to read it',
  EPERM: 'may not be read; expected permission to read it',
};
