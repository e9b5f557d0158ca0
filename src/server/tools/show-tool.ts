import { address } from '../../compress/address.ts';
import { declaration } from '../../compress/declaration.ts';
import { about, entry, type SignatureOptions } from '../../compress/signature.ts';
import type { Tool } from '../../types.ts';
import type { View } from '../../view.ts';

/** A tool in one line: its signature, or its JSON Schema where `compress.schemas` is off, and what it is for. */
export function toolLine(gateway: View, server: string, tool: Tool, options?: SignatureOptions): string {
  if (isCompact(gateway, server)) return entry(server, tool, options);
  return `${address(server, tool.name)} ${JSON.stringify(tool.inputSchema)}${about(tool)}`;
}

/** A tool in full: its declaration, or where `compress.schemas` is off all that its server listed, as JSON. */
export function wholeTool(gateway: View, server: string, tool: Tool): string {
  if (isCompact(gateway, server)) return declaration(server, tool);
  return `${address(server, tool.name)}\n${JSON.stringify(tool)}`;
}

/** Whether tools of that server are shown as signatures. */
export function isCompact(gateway: Pick<View, 'config'>, name: string): boolean {
  return gateway.config.servers.find(server => server.name === name)?.compress.schemas ?? true;
}
