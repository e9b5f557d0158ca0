import { existsSync } from 'node:fs';
import { delimiter, extname, isAbsolute, join } from 'node:path';

/** What is really started. `verbatim`: the arguments are quoted already. */
export interface Invocation {
  command: string;
  args: string[];
  verbatim: boolean;
}

/**
 * On Windows, `npx` is `npx.cmd`, and a batch file runs only through cmd.exe, which parses its arguments once more:
 * each is quoted and its metacharacters are escaped. Elsewhere the command is what it is.
 */
export function shellFor(
  command: string,
  args: string[],
  env: Record<string, string>,
  platform: NodeJS.Platform = process.platform,
): Invocation {
  if (platform !== 'win32') return { command, args, verbatim: false };
  const file = findOnPath(command, env);
  if (!/\.(cmd|bat)$/i.test(file)) return { command: file, args, verbatim: false };
  const line = [file, ...args].map(quote).join(' ');
  return { command: env['COMSPEC'] ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

function findOnPath(command: string, env: Record<string, string>): string {
  const path = env['PATH'] ?? env['Path'] ?? '';
  const endings = extname(command) ? [''] : (env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';');
  const folders = isAbsolute(command) || /[\\/]/.test(command) ? [''] : path.split(delimiter);
  for (const folder of folders) {
    for (const ending of endings) {
      const file = folder === '' ? command + ending : join(folder, command + ending);
      if (existsSync(file)) return file;
    }
  }
  return command;
}

/** Quoted for the C runtime, then escaped for cmd.exe. */
function quote(argument: string): string {
  const quoted = `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
  return quoted.replace(/[()%!^"<>&|;, ]/g, '^$&');
}
