import type { Snapshot } from '../../catalog/snapshot.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import type { JsonObject } from '../../types.ts';
import { digest } from './digest.ts';

/** What `tools/list` has around the tools, and what the estimate of our own words may be out. */
const frameTokens = 10;

const menus = new WeakMap<Snapshot, { tokens: number; menu: JsonObject[] }>();

/**
 * The three tools as `tools/list` shows them, in `tokens` tokens at most. Schemas use only what every model
 * API understands. The same for the same listings, so that what clients cache of it stays good.
 */
export function definitions(snapshot: Snapshot, tokens: number): JsonObject[] {
  const known = menus.get(snapshot);
  if (known?.tokens === tokens) return known.menu;
  const rest = tokens - frameTokens - estimateTokens(JSON.stringify(threeTools('')));
  const menu = threeTools(digest(snapshot, Math.max(0, rest)));
  menus.set(snapshot, { tokens, menu });
  return menu;
}

function threeTools(behind: string): JsonObject[] {
  return [
    {
      name: 'inspect',
      title: 'Find tools',
      description:
        'Find tools of the servers behind this gateway and see how to call them. `query`: a few words for each thing ' +
        'you need; the reply has signatures ready for `exec`. `server`: its tools. `tool`: one tool in full. Nothing: all ' +
        `servers and their state.\n${behind}`,
      inputSchema: {
        type: 'object',
        properties: {
          query: {
            type: 'array',
            items: { type: 'string' },
            description: 'What you need, such as ["create an issue", "read a file"]',
          },
          server: { type: 'string', description: 'The name of a server' },
          tool: { type: 'string', description: 'The name of a tool, as "server.tool" or with `server`' },
          limit: { type: 'number', description: 'How many tools to show' },
        },
      },
      annotations: { readOnlyHint: true },
    },
    {
      name: 'exec',
      title: 'Run a tool',
      description:
        'Run a tool found with `inspect`. Arguments are checked first; a wrong call answers with what would have been right.',
      inputSchema: {
        type: 'object',
        properties: {
          tool: { type: 'string', description: 'As in its signature: "server.tool"' },
          server: { type: 'string', description: 'Only where `tool` is a bare name' },
          arguments: { type: 'object', description: 'By name, as in the signature' },
          select: { type: 'string', description: 'JMESPath: take only this part of a JSON result' },
        },
        required: ['tool'],
      },
      annotations: { destructiveHint: true },
    },
    {
      name: 'resources',
      title: 'Read resources',
      description: 'List the resources of the servers behind this gateway, or read one by its `uri`.',
      inputSchema: {
        type: 'object',
        properties: {
          server: { type: 'string', description: 'The name of a server' },
          uri: { type: 'string', description: 'The resource to read' },
          cursor: { type: 'string', description: 'From the page before' },
        },
      },
      annotations: { readOnlyHint: true },
    },
  ];
}
