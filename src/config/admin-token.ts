import { McpxError } from '../errors.ts';
import { learnSecrets } from '../secrets.ts';
import type { Environment } from './environment.ts';
import { readText } from './read.ts';

/** A shorter one could be guessed. */
const shortest = 16;
const largestFile = 64 * 1024;

/**
 * The token of the admin API that the environment gives, in MCPX_ADMIN_TOKEN or the file that MCPX_ADMIN_TOKEN_FILE names;
 * undefined where it gives none. Throws USAGE for one that cannot be had: never to run without one that was asked for.
 */
export async function adminToken(env: Environment): Promise<string | undefined> {
  const file = env['MCPX_ADMIN_TOKEN_FILE'];
  const token = file ? (await contentOf(file)).trim() : env['MCPX_ADMIN_TOKEN'];
  if (!file && !token) return undefined;
  if (token!.length < shortest || /\s/.test(token!)) {
    const help = `It has ${shortest} characters or more, and no spaces: \`openssl rand -hex 32\` makes one.`;
    throw new McpxError(
      'USAGE',
      `${file ? 'MCPX_ADMIN_TOKEN_FILE' : 'MCPX_ADMIN_TOKEN'} has no good token.`,
      { help },
    );
  }
  learnSecrets([token!]);
  return token;
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readText(file, largestFile);
  } catch (error) {
    throw new McpxError('USAGE', `MCPX_ADMIN_TOKEN_FILE: ${file} ${(error as Error).message}`, { help: '' });
  }
}
