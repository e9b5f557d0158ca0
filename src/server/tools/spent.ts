/** Tells the ledger what a client's model is given, and what it says. Counted roughly: this is on the path of every call. */
import type { Snapshot } from '../../catalog/snapshot.ts';
import { flatTokens } from '../../compress/flat.ts';
import { blocksOf, isText } from '../../compress/results/blocks.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import { listened, publish } from '../../telemetry/events.ts';
import type { CallContext, JsonObject } from '../../types.ts';

/** Of a longer text, so many characters at its beginning stand for all of it. */
const looked = 2_048;

export function spentOnMenu(
  { client, principal }: CallContext,
  menu: JsonObject[],
  snapshot: Snapshot,
): void {
  if (!listened('menu.listed')) return;
  const tokens = estimateTokens(JSON.stringify(menu));
  publish('menu.listed', { client, principal, tokens, flat: flatMenu(snapshot) });
}

/** A search, a list, a resource, or the answer to a call that was wrong. */
export function spentOnDiscovery(
  { client, principal }: CallContext,
  input: JsonObject,
  reply: JsonObject,
): void {
  if (!listened('discovery.answered')) return;
  const tokens = estimateTokens(JSON.stringify(input)) + tokensOf(reply);
  publish('discovery.answered', { client, principal, tokens });
}

/** `answer` is what the model is given of `result`. */
export function spentOnCall(
  { client, principal, note }: CallContext,
  { server, tool, input }: { server: string; tool: string; input: JsonObject },
  result: JsonObject,
  answer: JsonObject,
): void {
  if (!listened('result.answered')) return;
  const tokens = tokensOf(answer);
  publish('result.answered', {
    client,
    principal,
    server,
    tool,
    argumentTokens: roughly(JSON.stringify(input)),
    tokens,
    before: answer === result ? tokens : tokensOf(result),
    request: note,
  });
}

/** What compression would have made of a result that stays as it came. */
export function spentInShadow(
  { client, principal }: CallContext,
  { server, tool }: { server: string; tool: string },
  result: JsonObject,
  compressed: JsonObject,
): void {
  if (!listened('result.shadowed') || compressed === result) return;
  const saved = tokensOf(result) - tokensOf(compressed);
  publish('result.shadowed', { client, principal, server, tool, saved });
}

const flatMenus = new WeakMap<Snapshot, number>();

/** What all tools would cost as they were listed. */
export function flatMenu(snapshot: Snapshot): number {
  let flat = flatMenus.get(snapshot);
  if (flat === undefined) {
    flat = 0;
    for (const { tools } of snapshot.servers.values())
      for (const tool of tools.values()) flat += flatTokens(tool);
    flatMenus.set(snapshot, flat);
  }
  return flat;
}

/** Of its texts: images and other binary content cost by other rules, and `structuredContent` says the same again. */
function tokensOf(result: JsonObject): number {
  let tokens = 0;
  for (const block of blocksOf(result)) if (isText(block)) tokens += roughly(block.text);
  return tokens;
}

function roughly(text: string): number {
  if (text.length <= looked) return estimateTokens(text);
  return Math.round((estimateTokens(text.slice(0, looked)) * text.length) / looked);
}
