import { readFile, stat } from 'node:fs/promises';

/**
 * The UTF-8 text of a regular file, without a byte order mark. Throws an Error whose message completes
 * "FILE …", such as "does not exist; expected a file". Devices and pipes are refused: they might never end.
 */
export async function readText(path: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(path, maxBytes).catch((error: NodeJS.ErrnoException) => {
    throw error.code
      ? new Error(reasons[error.code] ?? `cannot be read: ${error.message}`, { cause: error })
      : error;
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('is not UTF-8 text; expected a file saved as UTF-8');
  }
}

async function readBytes(path: string, maxBytes: number): Promise<Buffer> {
  const about = await stat(path);
  if (about.isDirectory()) throw new Error('is a folder; expected a file');
  if (!about.isFile()) throw new Error('is a device or a pipe; expected a file');
  if (about.size > maxBytes) throw new Error(`has ${about.size} bytes; expected ${maxBytes} at most`);
  return readFile(path);
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist; expected a file',
  ENOTDIR: 'does not exist; expected a file',
  EACCES: 'may not be read; expected permission to read it',
  EPERM: 'may not be read; expected permission to read it',
};
