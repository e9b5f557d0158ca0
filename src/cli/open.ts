import { currentEnvironment } from '../config/environment.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { asked } from './instance/find.ts';
import { openBrowser } from './login/browser.ts';
import { print } from './print.ts';
import { runningWith } from './running.ts';
import { located } from './setup.ts';
import { printLink } from './welcome.ts';

/** `mcpx open`: lets a browser in. The link is shown on a terminal alone: whoever has it may run the gateway. */
export async function run(given: Given): Promise<number> {
  const file = located(given);
  const instance = await runningWith(file);
  if (instance === undefined) throw new McpxError('NO_GATEWAY', `no gateway runs with ${file}.`);
  const answer = await asked(instance, '/api/links', { method: 'POST' });
  const url = isObject(answer) ? answer['url'] : undefined;
  if (typeof url !== 'string') throw new McpxError('INTERNAL', 'the gateway gave no link.');
  const wanted = given.values['no-browser'] !== true;
  const opened = wanted && (await openBrowser(new URL(url), currentEnvironment()));
  if (process.stdout.isTTY) {
    if (opened) print('a browser has been opened');
    printLink(url);
  } else if (!opened) {
    throw new McpxError('USAGE', 'the link is shown on a terminal only.', {
      help: 'Scripts use MCPX_ADMIN_TOKEN: see docs/admin.md.',
    });
  }
  return exitCodes.ok;
}
