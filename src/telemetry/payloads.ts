import type { CallNote } from './notes.ts';
import { safeJson } from './safe.ts';

/** What a call was given, as JSON that may be shown. */
export function argumentsOf({ params }: Pick<CallNote, 'params'>): string {
  const { name: _, _meta, arguments: given, ...rest } = params;
  return safeJson(given ?? rest);
}

/** What came of it; undefined where there was no answer. */
export function resultOf({ response }: Pick<CallNote, 'response'>): string | undefined {
  if (response === undefined) return undefined;
  return safeJson('error' in response ? response.error : response.result);
}
