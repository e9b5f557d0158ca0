import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { currentEnvironment } from '../../config/environment.ts';
import { stateFolder } from '../../config/locate.ts';
import { McpxError } from '../../errors.ts';
import { replaceFile } from '../../replace-file.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, printError } from '../print.ts';
import { located } from '../setup.ts';
import { type Definition, definitionFor, type Step } from './definition.ts';

/** A service manager that has not answered by then will not. */
const stepMs = 60_000;

/** `mcpx service install|uninstall|status` */
export async function run(given: Given): Promise<number> {
  const [action] = given.words;
  const dry = given.values['dry-run'] === true;
  if (action === 'install') return install(definition(located(given)), dry);
  if (action === 'uninstall') return uninstall(definition(), dry);
  if (action === 'status') return status(definition());
  throw new McpxError('USAGE', 'service needs to know what to do: install, uninstall or status.');
}

/** Runs this very program, with `config`: a service has neither our current folder nor our variables. */
function definition(config = ''): Definition {
  const env = currentEnvironment();
  const main = realpathSync(process.argv[1]!);
  return definitionFor({
    platform: process.platform,
    env,
    home: env['HOME'] || homedir(),
    uid: process.getuid?.() ?? 0,
    stateFolder: stateFolder(env),
    command: [process.execPath, main, 'serve', '--quiet', '--config', config],
  });
}

async function install({ file, text, encoding, install, hint }: Definition, dry: boolean): Promise<number> {
  if (/[\\/]_npx[\\/]/.test(process.argv[1]!))
    printError(
      'warning: this copy lies in npx’s cache, which is cleared at times; better: npm install -g mcpx-gateway',
    );
  print(`${dry ? 'would write' : 'writes'} ${file}:\n\n${text.replace('\ufeff', '')}`);
  if (!dry) {
    await mkdir(dirname(file), { recursive: true });
    await mkdir(stateFolder(currentEnvironment()), { recursive: true, mode: 0o700 }); // launchd opens a log in it before us
    await replaceFile(file, Buffer.from(text, encoding));
  }
  const done = carriedOut(install, dry);
  if (done && hint !== undefined) print(hint);
  return done ? exitCodes.ok : exitCodes.failed;
}

async function uninstall({ file, uninstall }: Definition, dry: boolean): Promise<number> {
  if (!existsSync(file)) {
    print(`nothing to remove: there is no ${file}`);
    return exitCodes.ok;
  }
  carriedOut(uninstall, dry);
  if (!dry) await rm(file, { force: true });
  print(`${dry ? 'would remove' : 'removed'} ${file}`);
  return exitCodes.ok;
}

function status({ file, status }: Definition): number {
  if (!existsSync(file)) {
    print('not installed');
    return exitCodes.failed;
  }
  print(`installed: ${file}`);
  return carriedOut([{ command: status }], false) ? exitCodes.ok : exitCodes.failed;
}

/** One after the other, each printed first; false when one fails that must not. */
function carriedOut(steps: Step[], dry: boolean): boolean {
  return steps.every(({ command: [program, ...args], may }) => {
    print(`> ${[program, ...args].join(' ')}`);
    if (dry) return true;
    const { status, error } = spawnSync(program!, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: stepMs,
    });
    if (error !== undefined) printError(`${program} cannot be run: ${error.message}`);
    return status === 0 || may === 'fail';
  });
}
