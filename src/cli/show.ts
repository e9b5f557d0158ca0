import type { JsonObject } from '../types.ts';
import { exitCodes } from './exit-codes.ts';
import { print, printJson } from './print.ts';

/** Prints a tool result: its texts, a word about everything else. Returns the exit code. */
export function show(result: JsonObject, json: boolean): number {
  if (json) printJson(result);
  else for (const block of (result['content'] as JsonObject[] | undefined) ?? []) print(shown(block));
  return result['isError'] === true ? exitCodes.failed : exitCodes.ok;
}

function shown(block: JsonObject): string {
  if (block['type'] === 'text') return String(block['text']);
  return `[${String(block['type'])}: ${JSON.stringify(block).length} characters of JSON; --json shows them]`;
}
