import type { Tool } from '../types.ts';
import { createPart, type SearchServer } from './part.ts';
import { Vocabulary } from './vocabulary.ts';

/** A server whose tools have these names, and nothing else. */
export function serverOf(name: string, tools: string[], more: Partial<SearchServer> = {}): SearchServer {
  const all = tools.map(tool => [tool, { name: tool, inputSchema: { type: 'object' } } as Tool] as const);
  return { name, tools: new Map(all), ...more };
}

/** What one server says whose tools have these names. */
export function vocabularyOf(...tools: string[]): Vocabulary {
  return new Vocabulary([createPart(serverOf('server', tools))]);
}
