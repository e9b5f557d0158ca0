import * as v2 from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

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
  /** The severity of log messages that a client of 2026 wants of this call. */
  logLevel?: string;
}

interface Message {
  method: string;
  params?: Record<string, unknown>;
}

/** What a client can be asked, and how its user answers. */
export interface Person {
  declares: Record<string, object>;
  answer(question: Message): unknown;
}

/** One of the official clients, all to be used in the same way. */
export interface McpClient {
  readonly kind: Kind;
  /** The gateway's own process; 0 over HTTP. */
  readonly pid: number;
  tools(): Promise<{ name: string; description?: string }[]>;
  call(name: string, given?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  inspect(given?: Record<string, unknown>): Promise<string>;
  exec(tool: string, given?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  /** The text of what a tool answers, be it an error or not. */
  text(tool: string, given?: Record<string, unknown>): Promise<string>;
  resources(given?: Record<string, unknown>): Promise<ToolResult>;
  /** How often it was told that the tools have changed. */
  readonly changes: { count: number };
  /** What its user was asked, in order. */
  readonly asked: Message[];
  /** Every notification, in order, but for progress. */
  readonly heard: Message[];
  /** What came of progress. The SDK's own callback misses what comes in one piece with the answer (typescript-sdk#2580). */
  readonly ticks: object[];
  /** Asks to be told of changes of all lists; a client of 2025 is told anyway. */
  listen(): Promise<void>;
  /** Asks to be told of changes of a resource. */
  subscribe(uri: string): Promise<() => Promise<unknown>>;
  setLogLevel(level: string): Promise<unknown>;
  rootsChanged(): Promise<void>;
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
const questions = {
  elicitation: ['elicitation/create', ElicitRequestSchema],
  sampling: ['sampling/createMessage', CreateMessageRequestSchema],
  roots: ['roots/list', ListRootsRequestSchema],
} as const;
const nobody: Person = { declares: {}, answer: () => undefined };

export async function overStdio(
  kind: Kind,
  { command, args, env }: Started,
  person?: Person,
): Promise<McpClient> {
  const spec = { command, args, env, stderr: 'ignore' as const };
  const transport = kind === 'v1' ? new V1Stdio(spec) : new V2Stdio(spec);
  return connected(kind, transport, 'e2e', person, () => transport.pid ?? 0);
}

export interface HttpOptions {
  /** Its clientInfo name. */
  name?: string;
  headers?: Record<string, string>;
  person?: Person;
}

export async function overHttp(
  kind: Kind,
  url: string,
  { name = 'e2e', headers = {}, person }: HttpOptions = {},
): Promise<McpClient> {
  const options = { requestInit: { headers } };
  const transport =
    kind === 'v1'
      ? new V1Http(new URL(url), options)
      : new v2.StreamableHTTPClientTransport(new URL(url), options);
  return connected(kind, transport, name, person, () => 0);
}

type AnyTransport = V1Stdio | V1Http | V2Stdio | v2.StreamableHTTPClientTransport;

async function connected(
  kind: Kind,
  transport: AnyTransport,
  name: string,
  { declares, answer }: Person = nobody,
  pid: () => number,
): Promise<McpClient> {
  const info = { name, version: '1.0.0' };
  const asked: Message[] = [];
  const heard: Message[] = [];
  const hears = async (message: Message) => {
    heard.push(message);
  };
  const answers = (question: Message) => {
    asked.push(question);
    return answer(question) as never;
  };
  const ticks: object[] = [];
  const seesTicks = () => {
    const { onmessage } = transport as v2.Transport;
    (transport as v2.Transport).onmessage = (message, extra) => {
      if ('method' in message && message.method === 'notifications/progress')
        ticks.push(message.params ?? {});
      onmessage?.(message, extra);
    };
  };
  const terminate = async () => {
    if ('terminateSession' in transport) await transport.terminateSession();
  };
  const able = Object.entries(questions).filter(([kind]) => kind in declares);
  const common = { kind, asked, heard, ticks, terminate };
  if (kind === 'v1') {
    const client = new V1(info, { capabilities: declares });
    client.fallbackNotificationHandler = hears;
    for (const [, [, schema]] of able)
      client.setRequestHandler(schema as typeof ElicitRequestSchema, answers);
    await client.connect(transport as V1Http);
    seesTicks();
    return wrapped({
      ...common,
      pid: pid(),
      tools: async () => (await client.listTools()).tools,
      call: async (tool, given, { logLevel: _, ...options } = {}) =>
        (await client.callTool({ name: tool, arguments: given }, undefined, {
          timeout,
          ...options,
        })) as ToolResult,
      listen: async () => {},
      subscribe: async uri => {
        await client.subscribeResource({ uri });
        return () => client.unsubscribeResource({ uri });
      },
      setLogLevel: level => client.setLoggingLevel(level as 'info'),
      rootsChanged: () => client.sendRootsListChanged(),
      close: () => client.close(),
    });
  }
  const isModern = kind === 'v2 modern';
  const client = new v2.Client(info, { capabilities: declares, ...(isModern && { versionNegotiation }) });
  client.fallbackNotificationHandler = hears;
  for (const [, [method]] of able) client.setRequestHandler(method as 'elicitation/create', answers);
  await client.connect(transport as v2.Transport);
  seesTicks();
  return wrapped({
    ...common,
    pid: pid(),
    tools: async () => (await client.listTools()).tools,
    call: async (tool, given, { logLevel, ...options } = {}) => {
      const _meta = logLevel === undefined ? undefined : { 'io.modelcontextprotocol/logLevel': logLevel };
      const params = { name: tool, arguments: given, ...(_meta && { _meta }) };
      return (await client.callTool(params, { timeout, ...options })) as ToolResult;
    },
    listen: async () => {
      if (!isModern) return;
      await client.listen({ toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true });
    },
    subscribe: async uri => {
      if (isModern) {
        const subscription = await client.listen({ resourceSubscriptions: [uri] });
        return () => subscription.close();
      }
      await client.subscribeResource({ uri });
      return () => client.unsubscribeResource({ uri });
    },
    setLogLevel: level => client.setLoggingLevel(level as 'info'),
    rootsChanged: () => client.sendRootsListChanged(),
    close: () => client.close(),
  });
}

type Sdk = Omit<McpClient, 'changes' | 'exec' | 'inspect' | 'text' | 'resources'>;

function wrapped(sdk: Sdk): McpClient {
  const exec: McpClient['exec'] = (tool, given, options) =>
    sdk.call('exec', given === undefined ? { tool } : { tool, arguments: given }, options);
  return {
    ...sdk,
    changes: {
      get count() {
        return sdk.heard.filter(({ method }) => method === 'notifications/tools/list_changed').length;
      },
    },
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
