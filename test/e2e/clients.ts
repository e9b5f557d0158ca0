import * as v2 from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

export const kinds = ['v1', 'v2 legacy', 'v2 modern'] as const;
export type Kind = (typeof kinds)[number];

export interface Block {
  type: string;
  text?: string;
  [key: string]: unknown;
}

export interface ToolResult {
  content: Block[];
  isError?: boolean;
  structuredContent?: unknown;
  _meta?: Record<string, unknown>;
}

interface CallOptions {
  signal?: AbortSignal;
  onprogress?: (progress: { progress: number; total?: number; message?: string }) => void;
}

/** One of the official clients, all to be used in the same way. */
export interface McpClient {
  readonly kind: Kind;
  /** The gateway's own process; 0 over HTTP. */
  readonly pid: number;
  tools(): Promise<{ name: string }[]>;
  call(name: string, given?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  inspect(given?: Record<string, unknown>): Promise<string>;
  exec(tool: string, given?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  /** The text of what a tool answers, be it an error or not. */
  text(tool: string, given?: Record<string, unknown>): Promise<string>;
  resources(given?: Record<string, unknown>): Promise<ToolResult>;
  /** How often it was told that the tools have changed. */
  readonly changes: { count: number };
  /** Ends the session where there is one, leaving the client open. */
  terminate(): Promise<void>;
  close(): Promise<void>;
}

interface Started {
  command: string;
  args: string[];
  env: Record<string, string>;
}

const versionNegotiation = { mode: { pin: '2026-07-28' } } as const;
const timeout = 60_000;

export async function overStdio(kind: Kind, { command, args, env }: Started): Promise<McpClient> {
  const spec = { command, args, env, stderr: 'ignore' as const };
  const transport = kind === 'v1' ? new V1Stdio(spec) : new V2Stdio(spec);
  return connected(kind, transport, 'e2e', () => transport.pid ?? 0);
}

export async function overHttp(
  kind: Kind,
  url: string,
  { name = 'e2e', headers = {} }: { name?: string; headers?: Record<string, string> } = {},
): Promise<McpClient> {
  const options = { requestInit: { headers } };
  const transport =
    kind === 'v1'
      ? new V1Http(new URL(url), options)
      : new v2.StreamableHTTPClientTransport(new URL(url), options);
  return connected(kind, transport, name, () => 0);
}

type AnyTransport = V1Stdio | V1Http | V2Stdio | v2.StreamableHTTPClientTransport;

async function connected(
  kind: Kind,
  transport: AnyTransport,
  name: string,
  pid: () => number,
): Promise<McpClient> {
  const info = { name, version: '1.0.0' };
  const changes = { count: 0 };
  const told = () => {
    changes.count++;
  };
  const terminate = async () => {
    if ('terminateSession' in transport) await transport.terminateSession();
  };
  if (kind === 'v1') {
    const client = new V1(info);
    client.setNotificationHandler(ToolListChangedNotificationSchema, told);
    await client.connect(transport as V1Http);
    return wrapped(kind, pid(), changes, terminate, {
      tools: async () => (await client.listTools()).tools,
      call: async (tool, given, options) =>
        (await client.callTool({ name: tool, arguments: given }, undefined, {
          timeout,
          ...options,
        })) as ToolResult,
      close: () => client.close(),
    });
  }
  const client = new v2.Client(info, kind === 'v2 modern' ? { versionNegotiation } : {});
  client.setNotificationHandler('notifications/tools/list_changed', told);
  await client.connect(transport as v2.Transport);
  return wrapped(kind, pid(), changes, terminate, {
    tools: async () => (await client.listTools()).tools,
    call: async (tool, given, options) =>
      (await client.callTool({ name: tool, arguments: given }, { timeout, ...options })) as ToolResult,
    close: () => client.close(),
  });
}

function wrapped(
  kind: Kind,
  pid: number,
  changes: { count: number },
  terminate: () => Promise<void>,
  sdk: Pick<McpClient, 'tools' | 'call' | 'close'>,
): McpClient {
  const exec: McpClient['exec'] = (tool, given, options) =>
    sdk.call('exec', given === undefined ? { tool } : { tool, arguments: given }, options);
  return {
    kind,
    pid,
    changes,
    terminate,
    ...sdk,
    exec,
    inspect: async given => textOf(await sdk.call('inspect', given ?? {})),
    text: async (tool, given) => textOf(await exec(tool, given)),
    resources: given => sdk.call('resources', given ?? {}),
  };
}

/** All the text of a result. */
export function textOf({ content }: ToolResult): string {
  return content.map(block => block.text ?? '').join('\n');
}

/** What the gateway says about an error in a result's `_meta`. */
export function errorOf({ isError, _meta }: ToolResult): Record<string, unknown> | undefined {
  return isError ? (_meta?.['mcpx/error'] as Record<string, unknown>) : undefined;
}
