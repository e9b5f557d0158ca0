import type { JsonObject } from '../../types.ts';
import { blocksOf, isText, noted, type TextBlock } from './blocks.ts';
import { cheapest } from './cheapest.ts';

/** Shorter texts are not looked at: there is nothing to win. In characters. */
export const shortText = 200;

/** Where a result's `_meta` tells how its texts were rewritten: for each its form and its tokens, about, now and before. */
const key = 'mcpx/compressed';

/**
 * A tool's result, its texts that are JSON in the cheapest form. All else stays as it is; the same object comes back
 * where nothing could be won.
 */
export async function compressResult(result: JsonObject): Promise<JsonObject> {
  const blocks = blocksOf(result);
  const cheaper = await Promise.all(
    blocks.map(block => (isText(block) && block.text.length >= shortText ? cheapest(block.text) : undefined)),
  );
  const changed = cheaper.filter(form => form !== undefined);
  if (changed.length === 0) return result;
  const content = blocks.map((block, index) => {
    const form = cheaper[index];
    return form === undefined ? block : { ...(block as TextBlock), text: form.text };
  });
  const notes = changed.map(({ form, tokens, of }) => ({ form, tokens, of }));
  return noted({ ...result, content }, key, notes);
}
