/** For tests: configurations in real files of temporary folders. */

import { rmSync } from 'node:fs';
import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { McpxError } from '../errors.ts';
import type { Environment } from './environment.ts';
import { loadConfig } from './load.ts';
import { type Config, formatProblem } from './types.ts';

/** A new folder with these files in it, removed when the test has finished. */
export async function folderWith(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mcpx-config-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** Loads `text` (an object is written as JSON) from a file beside `files`. */
export async function load(
  text: string | object,
  env: Environment = {},
  files: Record<string, string> = {},
): Promise<Config & { folder: string }> {
  const written = typeof text === 'string' ? text : JSON.stringify(text, null, 2);
  const folder = await folderWith({ ...files, 'mcpx.json': written });
  return { folder, ...(await loadConfig(join(folder, 'mcpx.json'), env)) };
}

/** The text of the error that loading `text` ends in, its folder left out. */
export async function failure(text: string | object, env: Environment = {}): Promise<string> {
  const error = await load(text, env).then(
    () => undefined,
    (thrown: McpxError) => thrown,
  );
  if (error?.code !== 'CONFIG_INVALID') throw error ?? new Error('it loaded');
  return withoutFolders(error.message);
}

/** A configuration's warnings, one a line, its folder left out. */
export function warningsOf(config: Config): string {
  return withoutFolders(config.warnings.map(formatProblem).join('\n'));
}

function withoutFolders(text: string): string {
  return text.replaceAll(/^\/.*?\/(mcpx\.json):/gm, '');
}
