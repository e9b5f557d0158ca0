import type { Tool } from '../types.ts';
import { estimateTokens } from './tokens.ts';

const known = new WeakMap<Tool, number>();

/** About how many tokens a tool costs a model that is given it as its server lists it: name, description, input schema. */
export function flatTokens(tool: Tool): number {
  let tokens = known.get(tool);
  if (tokens === undefined) {
    const { name, description, inputSchema } = tool;
    tokens = estimateTokens(JSON.stringify({ name, description, inputSchema }));
    known.set(tool, tokens);
  }
  return tokens;
}
