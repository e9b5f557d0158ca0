import { parseArgs } from 'node:util';
import { McpxError } from '../errors.ts';
import type { Command, Given } from './command.ts';

/** The arguments of `command`, or what is wrong with them. */
export function readArguments(command: Command, args: string[]): Given | { problem: string } {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, multiple }]) => [
      name,
      { type, multiple: multiple ?? false },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    if (positionals.length > command.words)
      return { problem: `there is one word too many: "${positionals.at(-1)}"` };
    return { values: values as Given['values'], words: positionals };
  } catch (error) {
    return { problem: (error as Error).message.split('. To specify')[0]! };
  }
}

/** The value of a string option; undefined when it was not given. */
export function text({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of an option that may be repeated. */
export function list({ values }: Given, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value : [];
}

/** The names that `command` was given; throws USAGE when there is none. */
export function named({ words }: Given, command: string): string[] {
  if (words.length > 0) return words;
  throw new McpxError('USAGE', `${command} needs the name of a server.`);
}
