import type { Snapshot } from '../../catalog/snapshot.ts';
import { describe } from '../../compress/text.ts';
import type { JsonObject } from '../../types.ts';

/** Servers named in the menu; more are only counted, so that it never grows. */
const maxNamed = 30;

/** The three tools as `tools/list` shows them. Schemas use only what every model API understands. */
export function definitions(snapshot: Snapshot): JsonObject[] {
  return [
    {
      name: 'inspect',
      title: 'Find tools',
      description:
        `Find tools of the servers behind this gateway and see how to call them. ${servers(snapshot)} ` +
        'Search with `query`: a few words for each thing you need; the reply has signatures ready for `exec`. ' +
        'With `server`: its tools. With `tool` as well: one tool in full. With nothing: the servers and their state.',
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

function servers(snapshot: Snapshot): string {
  const names = [...snapshot.servers.keys()];
  if (names.length === 0) return 'No server is configured.';
  const named = names.slice(0, maxNamed).map(name => describe(name, 40));
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  return `Servers: ${named.join(', ')}${more}.`;
}
