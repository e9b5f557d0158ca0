import { self } from '../version.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';

export function overview(): string {
  const width = Math.max(...[...commands].map(([name, { usage }]) => name.length + usage.length + 1));
  const lines = [...commands].map(
    ([name, { usage, about }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${about}`,
  );
  return [
    `mcpx ${self.version}: one MCP server in front of all the others`,
    '',
    'Usage: mcpx [COMMAND] [OPTIONS]',
    '',
    ...lines,
    '',
    'Each command has --help. Exit codes: 0 done, 1 it failed, 2 wrong usage or no usable configuration.',
  ].join('\n');
}

export function commandHelp(name: string, { usage, about, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, about }]) => {
    return [`--${option}${value ? ` ${value}` : ''}`, about] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `Usage: mcpx ${name}${usage ? ` ${usage}` : ''} [OPTIONS]`,
    '',
    about,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n');
}
