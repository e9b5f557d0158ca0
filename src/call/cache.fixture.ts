import { Cancellation } from '../cancellation.ts';
import type { JsonObject, RawResponse } from '../types.ts';
import { type CacheSettings, ResultCache } from './cache.ts';
import type { Call, Handler } from './call.ts';

interface Asked {
  server?: string;
  tool?: string;
  annotations?: unknown;
  given?: JsonObject;
  meta?: unknown;
  principal?: string;
  owner?: string;
  /** More params. */
  more?: JsonObject;
  onProgress?: (params: JsonObject) => void;
}

type TestedCall = Call & { context: { cancellation: Cancellation } };

/** A call of `tool`, which is read-only unless `annotations` says something else. */
export function toolCall({ tool = 'read', given = {}, more, meta, ...asked }: Asked = {}): TestedCall {
  const annotations = 'annotations' in asked ? asked.annotations : { readOnlyHint: true };
  const params = { name: tool, arguments: given, ...more, ...(meta !== undefined && { _meta: meta }) };
  const listed = { name: tool, inputSchema: { type: 'object' }, annotations };
  return { method: 'tools/call', params, tool: listed, ...context(asked) };
}

export function readCall(uri = 'x://y', asked: Asked = {}): TestedCall {
  const { more, meta } = asked;
  const params = { uri, ...more, ...(meta !== undefined && { _meta: meta }) };
  return { method: 'resources/read', params, ...context(asked) };
}

function context({ server = 's', principal = 'p', owner = 'o', onProgress }: Asked) {
  const cancellation = new Cancellation();
  return {
    server,
    context: {
      owner,
      principal,
      client: 'c',
      capabilities: {},
      era: 'modern' as const,
      cancellation,
      onProgress,
    },
    onProgress,
  };
}

/** A tool's good result with a text of its own. */
export function good(text: unknown): RawResponse {
  return { result: { content: [{ type: 'text', text: String(text) }] } };
}

/** A cache in front of `answer`, which is told how often it was asked; `asked` are the calls that reached it. */
export class Tested {
  readonly settings: CacheSettings = { ttlMs: 1_000, tools: [] };
  readonly asked: Call[] = [];
  /** Milliseconds. */
  now = 5_000;
  readonly cache: ResultCache;
  readonly ask: Handler;

  constructor(answer: (count: number, call: Call) => RawResponse | Promise<RawResponse> = good) {
    this.cache = new ResultCache({
      settingsOf: server => (server === 'unknown' ? undefined : this.settings),
      now: () => this.now,
    });
    this.ask = this.cache.middleware(async call => answer(this.asked.push(call), call));
  }
}
