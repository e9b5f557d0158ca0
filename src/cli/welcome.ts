import { relative } from 'node:path';
import type { Config } from '../config/types.ts';
import { isLoopback } from '../server/guard.ts';
import { self } from '../version.ts';
import { counted } from '../words.ts';
import { print } from './print.ts';

/** Where the gateway is, and what to paste where. */
export function printWelcome(config: Config, port: number): void {
  const { host, keys, publicUrl } = config.gateway;
  const shownHost = isLoopback(host) || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const base = publicUrl?.replace(/\/$/, '') ?? `http://${shownHost}:${port}`;
  const url = `${base}/mcp`;
  const header = keys.length > 0 ? { Authorization: 'Bearer YOUR_KEY' } : undefined;
  const cursor = { mcpServers: { mcpx: { url, ...(header && { headers: header }) } } };
  const code = { name: 'mcpx', type: 'http', url, ...(header && { headers: header }) };
  const option = header ? ` --header "Authorization: ${header.Authorization}"` : '';
  print(
    [
      `mcpx ${self.version} serves ${counted(config.servers.length, 'server')} at ${url}`,
      `configuration: ${relative(process.cwd(), config.file) || config.file}`,
      '',
      'Paste into your client:',
      `  Claude Code  claude mcp add --transport http mcpx ${url}${option}`,
      `  Cursor       ${JSON.stringify(cursor)}   (in ~/.cursor/mcp.json)`,
      `  VS Code      code --add-mcp '${JSON.stringify(code)}'`,
      '',
    ].join('\n'),
  );
}

/** The way in for a browser; whoever has it may run the gateway, so it is shown on a terminal alone. */
export function printLink(link: string): void {
  print(`Manage it in a browser (once, within five minutes; later: mcpx open):\n  ${link}\n`);
}
