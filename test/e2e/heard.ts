import { type Answer, callRaw, type Wire } from './wire.ts';

type Item = Record<string, unknown>;

/** The lists of MCP: how they are asked for, and where their items are in the answer. */
export const lists = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
} as const;

/** A tool to call, and with what. */
export type Calling = [tool: string, given: Item];

/** So many items of a list are tried. */
const tried = 40;

export interface Interest {
  /** Called with a progress token. */
  calls?: Calling[];
  /** Whether tools with required arguments are called without any, to hear what they say. */
  wrongly?: boolean;
}

/**
 * All that a client learns from a server that it does not know: its instructions, every list to its last page, every resource
 * read, every prompt rendered, completions, and calls with their progress and their log messages.
 */
export async function hear(
  wire: Wire,
  { calls = [], wrongly = false }: Interest,
): Promise<Map<string, Answer>> {
  const heard = new Map<string, Answer>();
  const ask = async (label: string, method: string, params: Item): Promise<void> => {
    heard.set(`${method} ${label}`, told(await wire.request(method, params)));
  };
  const { instructions } = (await wire.hello()).result!;
  heard.set('instructions', { result: { instructions } });
  for (const [method, key] of Object.entries(lists)) heard.set(method, await wholeList(wire, method, key));
  for (const { uri } of itemsOf(heard, 'resources/list')) await ask(String(uri), 'resources/read', { uri });
  for (const { uriTemplate } of itemsOf(heard, 'resources/templates/list')) {
    const name = /\{(\w+)/.exec(String(uriTemplate))?.[1] ?? 'name';
    const ref = { type: 'ref/resource', uri: uriTemplate };
    await ask(String(uriTemplate), 'completion/complete', { ref, argument: { name, value: 'a' } });
  }
  for (const prompt of itemsOf(heard, 'prompts/list')) {
    const { name } = prompt;
    const declared = (prompt['arguments'] ?? []) as { name: string }[];
    const given = Object.fromEntries(declared.map(argument => [argument.name, 'a']));
    await ask(String(name), 'prompts/get', { name, arguments: given });
    const argument = { name: declared[0]?.name ?? 'none', value: 'a' };
    await ask(String(name), 'completion/complete', { ref: { type: 'ref/prompt', name }, argument });
  }
  const wrong = wrongly ? itemsOf(heard, 'tools/list').filter(({ inputSchema }) => needs(inputSchema)) : [];
  for (const { name } of wrong) await ask(`${name} {}`, 'tools/call', { name, arguments: {} });
  for (const [name, given] of calls) await hearCall(wire, heard, name, given);
  return heard;
}

async function hearCall(wire: Wire, heard: Map<string, Answer>, name: string, given: Item): Promise<void> {
  const progressToken = `of ${name} ${heard.size}`;
  const label = `tools/call ${name} ${JSON.stringify(given)}`;
  const before = wire.notifications.length;
  heard.set(label, told(await callRaw(wire, name, given, { progressToken })));
  const news = wire.notifications.slice(before);
  const paramsOf = (method: string) => news.filter(one => one.method === method).map(({ params }) => params);
  heard.set(`${label}: progress`, { result: { progress: paramsOf('notifications/progress') } });
  heard.set(`${label}: log`, { result: { messages: paramsOf('notifications/message') } });
}

async function wholeList(wire: Wire, method: string, key: string): Promise<Answer> {
  const items: unknown[] = [];
  for (let cursor: unknown; ; ) {
    const answer = await wire.request(method, cursor === undefined ? {} : { cursor });
    if (answer.result === undefined) return told(answer);
    items.push(...(answer.result[key] as unknown[]));
    cursor = answer.result['nextCursor'];
    if (cursor === undefined) return { result: { [key]: items } };
  }
}

function itemsOf(heard: Map<string, Answer>, method: keyof typeof lists): Item[] {
  const { result } = heard.get(method)!;
  return ((result?.[lists[method]] ?? []) as Item[]).slice(0, tried);
}

function needs(inputSchema: unknown): boolean {
  return ((inputSchema as { required?: string[] } | undefined)?.required ?? []).length > 0;
}

/** Without what belongs to the one exchange. */
function told({ result, error }: Answer): Answer {
  return result === undefined ? { error } : { result };
}
