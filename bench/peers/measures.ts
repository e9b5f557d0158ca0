/** What is measured of each: its menu, how soon it is of use, what a call takes, what it keeps in memory. */
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { ServerEntry } from '../lib/subjects.ts';
import { Run, type Subject } from './subjects.ts';

type Servers = Record<string, ServerEntry>;

/** Longer is never. */
const patienceMs = 20_000;
const retryMs = 25;
const message = { message: 'hello' };

export interface Start {
  /** Milliseconds from the start of its process to the first list with a tool in it; undefined: it did not come. */
  list?: number;
  /** To the first answer of a healthy server's tool. */
  call?: number;
  /** Tokens of the list that was there at the first answer. */
  menu?: number;
}

/** Connects anew until it is there. */
export async function connected(
  { transport }: Subject,
  url: string,
  until: number,
): Promise<Client | undefined> {
  const Transport = transport === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
  while (performance.now() < until) {
    const client = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
    const done = await client.connect(new Transport(new URL(url)), { timeout: 5_000 }).then(
      () => true,
      () => false,
    );
    if (done) return client;
    await pause();
  }
  return undefined;
}

export function callEcho(client: Client, subject: Subject): Promise<unknown> {
  return client.callTool(subject.call('echo', 'echo', message), { timeout: 5_000 }).then(result => {
    if (result.isError) throw new Error(JSON.stringify(result.content));
    return result;
  });
}

/** Starts it with these servers and measures how soon it is of use. */
export async function startOf(subject: Subject, servers: Servers): Promise<Start> {
  const started = performance.now();
  const until = started + patienceMs;
  const run = await Run.start(subject, servers);
  const start: Start = {};
  try {
    const client = await connected(subject, run.url, until);
    if (client === undefined) return start;
    while (performance.now() < until) {
      const tools = await client.listTools(undefined, { timeout: 5_000 }).then(
        answer => answer.tools,
        () => [],
      );
      if (tools.length > 0) start.list ??= performance.now() - started;
      const answered = await callEcho(client, subject).then(
        () => true,
        () => false,
      );
      if (answered) {
        start.call = performance.now() - started;
        start.menu = countTokens(JSON.stringify((await client.listTools()).tools));
        break;
      }
      await pause();
    }
    await client.close().catch(() => {});
  } finally {
    await run.stop();
  }
  return start;
}

function pause(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, retryMs));
}
