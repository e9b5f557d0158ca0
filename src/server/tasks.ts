import { asMcpxError, McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { CallContext, JsonObject, RawResponse } from '../types.ts';
import type { Relayed } from './relayed.ts';
import { failed, invalidParams, refused } from './rpc-errors.ts';

/** The most tasks whose server is remembered; the one begun first gives way. */
const maxTasks = 10_000;

/** What a client may ask of a task (MCP 2025-11-25, experimental); `tasks/list` is answered with all of them. */
const ofOne: ReadonlySet<string> = new Set(['tasks/get', 'tasks/result', 'tasks/cancel']);

/** Calls that go on after their answer: which server has which task of which owner. Only that owner reaches it. */
export class Tasks {
  readonly #servers = new Map<string, string>();

  knows(method: string): boolean {
    return ofOne.has(method) || method === 'tasks/list';
  }

  /** Whether any server does this at all. */
  isOffered({ view }: Relayed): boolean {
    return [...view.snapshot.servers.values()].some(({ listing }) =>
      isObject(listing?.capabilities['tasks']),
    );
  }

  /** Takes note of a task that a call has begun; `response` is handed on. */
  begun({ owner }: CallContext, server: string, response: RawResponse): RawResponse {
    const task = 'result' in response ? response.result['task'] : undefined;
    const id = isObject(task) ? task['taskId'] : undefined;
    if (typeof id !== 'string') return response;
    const [first] = this.#servers.size >= maxTasks ? this.#servers.keys() : [];
    if (first !== undefined) this.#servers.delete(first);
    this.#servers.set(keyOf(owner, id), server);
    return response;
  }

  /** Throws where a connection, and with it the task, would not outlive the call. */
  mustStay({ view }: Relayed, server: string): void {
    if (view.configOf(server)?.isolation !== 'call') return;
    const help = 'Call the tool without `task`, or choose another isolation for the server.';
    throw new McpxError(
      'BAD_ARGUMENTS',
      `server "${server}" has a connection for each call, so nothing can outlive one.`,
      { help },
    );
  }

  /** Never rejects. */
  async answer(
    method: string,
    params: JsonObject,
    context: CallContext,
    relayed: Relayed,
  ): Promise<RawResponse> {
    try {
      if (method === 'tasks/list') return { result: { tasks: await this.#all(context, relayed) } };
      const server = this.#servers.get(keyOf(context.owner, params['taskId']));
      if (server === undefined) return refused(invalidParams, 'there is no such task');
      return await relayed.relay(server, method, params, context);
    } catch (thrown) {
      return failed(asMcpxError(thrown), context.era);
    }
  }

  /** Of the servers that have any of the owner's; one that cannot be asked has none to show. */
  async #all(context: CallContext, relayed: Relayed): Promise<unknown[]> {
    const prefix = keyOf(context.owner, '').slice(0, -2);
    const servers = new Set(
      [...this.#servers].flatMap(([key, server]) => (key.startsWith(prefix) ? [server] : [])),
    );
    const lists = [...servers].map(async server => {
      const response = await relayed.relay(server, 'tasks/list', {}, context).catch(() => undefined);
      const tasks = response && 'result' in response ? response.result['tasks'] : undefined;
      return Array.isArray(tasks) ? tasks : [];
    });
    const all = (await Promise.all(lists)).flat();
    return all.filter(task => isObject(task) && this.#servers.has(keyOf(context.owner, task['taskId'])));
  }
}

function keyOf(owner: string, id: unknown): string {
  return JSON.stringify([owner, String(id)]);
}
