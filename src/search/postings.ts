/** The documents that contain a token, and how much it says about each of them. */
interface Posting {
  documents: number[];
  impacts: number[];
}

/** What every token says about every document that contains it: BM25F, computed once so that a query only adds up. */
export type Postings = ReadonlyMap<string, Posting>;

/** How soon a repeated word stops counting, and how much the length of a field matters (0: not, 1: fully). */
const saturation = 1.2;
const lengthNorm = 0.75;

/** Postings of documents given as tokens by field; `weights` says how much each field counts. */
export function createPostings(documents: string[][][], weights: readonly number[]): Postings {
  const means = weights.map((_, field) => {
    const total = documents.reduce((sum, fields) => sum + fields[field]!.length, 0);
    return total / documents.length || 1;
  });
  const postings = new Map<string, Posting>();
  for (const [document, fields] of documents.entries()) {
    for (const [token, frequency] of frequencies(fields, weights, means)) {
      const posting = postings.get(token) ?? { documents: [], impacts: [] };
      postings.set(token, posting);
      posting.documents.push(document);
      posting.impacts.push(frequency / (saturation + frequency));
    }
  }
  for (const { impacts } of postings.values()) {
    const rarity = Math.log(1 + (documents.length - impacts.length + 0.5) / (impacts.length + 0.5));
    for (const [index, impact] of impacts.entries()) impacts[index] = impact * rarity;
  }
  return postings;
}

/** How often each token stands in a document, by the weight and the length of the fields. */
function frequencies(
  fields: string[][],
  weights: readonly number[],
  means: readonly number[],
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [field, tokens] of fields.entries()) {
    const worth = weights[field]! / (1 - lengthNorm + (lengthNorm * tokens.length) / means[field]!);
    for (const token of tokens) sums.set(token, (sums.get(token) ?? 0) + worth);
  }
  return sums;
}
