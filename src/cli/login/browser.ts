import { spawn } from 'node:child_process';
import type { Environment } from '../../config/environment.ts';

/** The program that opens an address, and what it is given before it. $BROWSER names one on every system. */
function openerOf(env: Environment, platform: NodeJS.Platform): [command: string, ...args: string[]] {
  const { BROWSER: named } = env;
  if (named) return [named];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}

/** Opens an http or https address in the user's browser, without a shell; false when that cannot be done. */
export async function openBrowser(
  address: URL,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  if (address.protocol !== 'http:' && address.protocol !== 'https:') return false;
  const [command, ...args] = openerOf(env, platform);
  const browser = spawn(command, [...args, address.href], { stdio: 'ignore', detached: true });
  browser.unref();
  return new Promise(resolve => {
    browser.once('error', () => resolve(false));
    browser.once('spawn', () => resolve(true));
  });
}
