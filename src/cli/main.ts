#!/usr/bin/env node
import { asMcpxError } from '../errors.ts';
import { killWatched } from '../upstream/watchdog.ts';
import { self } from '../version.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { keepHeapSmall } from './heap.ts';
import { commandHelp, overview } from './help.ts';
import { readArguments } from './options.ts';
import { printError } from './print.ts';

keepHeapSmall();
process.on('exit', killWatched); // whatever happens, nothing survives us
process.on('uncaughtException', fail);
// One connection's stray failure must not end everybody else's.
process.on('unhandledRejection', thrown => printError(`unexpected: ${asMcpxError(thrown).text}`));

const [first = 'serve', ...rest] = process.argv.slice(2);
await main(first, rest).then(code => {
  process.exitCode = code;
}, fail);

async function main(name: string, args: string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') return say(overview());
  if (name === '--version' || name === '-v') return say(self.version);
  if (name.startsWith('-')) return main('serve', [name, ...args]);
  const command = commands.get(name);
  if (command === undefined) return complain(`there is no command "${name}"; see \`mcpx --help\``);
  const given = readArguments(command, args);
  if ('problem' in given) return complain(`${given.problem}\n\n${commandHelp(name, command)}`);
  if (given.values['help']) return say(commandHelp(name, command));
  const { run } = await command.load(given);
  return run(given);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return exitCodes.ok;
}

function complain(text: string): number {
  printError(text);
  return exitCodes.usage;
}

/** What nobody caught: said without a stack trace. */
function fail(thrown: unknown): void {
  const error = asMcpxError(thrown);
  printError(error.text);
  const unusable = error.code.startsWith('CONFIG_') || error.code === 'USAGE';
  process.exit(unusable ? exitCodes.usage : exitCodes.failed);
}
