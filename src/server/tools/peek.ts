import { childOf } from '../../cancellation.ts';
import { McpxError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import type { CallContext, JsonObject, Resource } from '../../types.ts';
import type { View } from '../../view.ts';

const peekedLength = 100;
const maxPeeks = 5_000;
const atOnce = 4;
const deadlineMs = 1_500;

/** The first characters of text resources that have no description, as one owner's session read them; bounded. */
export class Peeks {
  readonly #texts = new Map<string, string>();

  get(owner: string, server: string, uri: string): string | undefined {
    return this.#texts.get(JSON.stringify([owner, server, uri]));
  }

  set(owner: string, server: string, uri: string, text: string): void {
    const oldest = this.#texts.size >= maxPeeks ? this.#texts.keys().next().value : undefined;
    if (oldest !== undefined) this.#texts.delete(oldest);
    this.#texts.set(JSON.stringify([owner, server, uri]), text);
  }
}

/** Reads what of `resources` is text without a description, as far as that goes in a second and a half. */
export async function peekAt(
  gateway: View,
  server: string,
  resources: Resource[],
  context: CallContext,
  peeks: Peeks,
): Promise<void> {
  const { owner } = context;
  const unseen = ({ uri }: Resource) => peeks.get(owner, server, uri) === undefined;
  const wanted = resources.filter(resource => isBareText(resource) && unseen(resource));
  const { cancellation, release } = childOf(context.cancellation);
  const enough = new McpxError('CALL_CANCELLED', 'long enough for a description');
  const timer = setTimeout(() => cancellation.cancel(enough), deadlineMs);
  const reader = async () => {
    for (let next = wanted.shift(); next !== undefined && !cancellation.reason; next = wanted.shift()) {
      const text = await firstText(gateway, server, next.uri, {
        ...context,
        cancellation,
        onProgress: undefined,
      });
      if (text !== undefined) peeks.set(owner, server, next.uri, text);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  clearTimeout(timer);
  release();
}

function isBareText({ description, mimeType }: Resource): boolean {
  return !description && (mimeType === undefined || /^text\/|json|xml|yaml/.test(mimeType));
}

async function firstText(
  gateway: View,
  server: string,
  uri: string,
  context: CallContext,
): Promise<string | undefined> {
  try {
    const response = await gateway.call({ server, method: 'resources/read', params: { uri } }, context);
    const contents: unknown = 'result' in response ? response.result['contents'] : undefined;
    const text = Array.isArray(contents) ? contents.map(textOf).find(Boolean) : undefined;
    return text?.slice(0, peekedLength);
  } catch {
    return undefined; // a description is a courtesy
  }
}

function textOf(content: unknown): string | undefined {
  const text = isObject(content) ? (content as JsonObject)['text'] : undefined;
  return typeof text === 'string' ? text : undefined;
}
