import { declaration } from '../../compress/declaration.ts';
import { blocksOf, isText } from '../../compress/results/blocks.ts';
import { signature } from '../../compress/signature.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import { withSetting, withToolSwitched } from '../../config/change.ts';
import { McpxError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { explain } from '../../search/explain.ts';
import { definitions } from '../../server/tools/definitions.ts';
import { exec } from '../../server/tools/exec.ts';
import { indexOf, nothingFound, search } from '../../server/tools/find.ts';
import { foundText } from '../../server/tools/found.ts';
import { frugal } from '../../server/tools/frugal.ts';
import { flatMenu } from '../../server/tools/spent.ts';
import { waitForListings } from '../../server/tools/waiting.ts';
import { publish } from '../../telemetry/events.ts';
import type { JsonObject, Tool } from '../../types.ts';
import type { catalog } from '../contract/catalog.ts';
import type { Exchange, Handlers, Parts } from '../parts.ts';
import { shownTool } from '../shown.ts';
import type { Visitor } from '../visitor.ts';

export function catalogRoutes({ gateway, changes }: Parts, visitor: Visitor): Handlers<keyof typeof catalog> {
  const listings = (only: string | undefined) =>
    [...gateway.snapshot.servers.values()].flatMap(({ name, listing }) =>
      listing === undefined || (only !== undefined && only !== name) ? [] : [{ server: name, listing }],
    );

  const toolOf = (server: string, name: string): Tool => {
    const { listing } = gateway.snapshot.servers.get(server) ?? {};
    const tool = listing?.tools.find(each => each.name === name);
    if (tool !== undefined) return tool;
    throw new McpxError(
      'UNKNOWN_TOOL',
      `server ${JSON.stringify(server)} has not listed a tool ${JSON.stringify(name)}.`,
      {
        help: 'GET /api/tools has those that there are.',
      },
    );
  };

  const tokensOf = (content: unknown): number =>
    blocksOf({ content })
      .filter(isText)
      .map(({ text }) => estimateTokens(text))
      .reduce((sum, tokens) => sum + tokens, 0);

  const found = (query: string, server: string | undefined) =>
    indexOf(gateway)
      .search([query], server)
      .map(({ server, tool }) => ({ server, tool }));

  const asked = async (
    request: { server: string; method: string; params: JsonObject },
    exchange: Exchange,
  ) => {
    if (!gateway.statuses().has(request.server))
      throw new McpxError('UNKNOWN_SERVER', `there is no server ${JSON.stringify(request.server)}.`);
    return gateway.call(request, visitor.context(exchange));
  };

  const switched = (server: string, tool: string, on: boolean) =>
    changes.make(`${on ? 'enabled' : 'disabled'} tool ${JSON.stringify(`${server}.${tool}`)}`, {
      edit: text => withToolSwitched(text, server, tool, on),
    });

  return {
    listTools: async ({ query: { server, query, enabled, limit, offset } }) => {
      await waitForListings(gateway, server);
      const all =
        query === undefined || query.trim() === ''
          ? listings(server).flatMap(({ server, listing }) => listing.tools.map(tool => ({ server, tool })))
          : found(query, server);
      const isWanted = ({ server, tool }: (typeof all)[number]) =>
        enabled === undefined ||
        (gateway.snapshot.servers.get(server)?.tools.has(tool.name) === true) === (enabled === 'true');
      const wanted = all.filter(isWanted);
      const page = wanted.slice(offset, offset + limit);
      return {
        total: wanted.length,
        tools: page.map(({ server, tool }) => shownTool(gateway, server, tool)),
      };
    },
    getTool: ({ params: { server, tool: name } }) => {
      const tool = toolOf(server, name);
      const { inputSchema, outputSchema, annotations } = tool;
      return {
        ...shownTool(gateway, server, tool),
        declaration: declaration(server, tool),
        inputSchema,
        ...(isObject(outputSchema) && { outputSchema }),
        ...(isObject(annotations) && { annotations }),
        examples: gateway.configOf(server)?.tools.examples[name] ?? [],
        tokens: {
          flat: Math.round(estimateTokens(JSON.stringify(tool))),
          signature: Math.round(estimateTokens(signature(server, tool))),
        },
      };
    },
    enableTool: ({ params: { server, tool } }) => switched(server, tool, true),
    disableTool: ({ params: { server, tool } }) => switched(server, tool, false),
    setExamples: ({ params: { server, tool }, body: { examples } }) =>
      changes.make(`changed examples of tool ${JSON.stringify(`${server}.${tool}`)}`, {
        edit: text =>
          withSetting(text, server, ['tools', 'examples', tool], examples.length > 0 ? examples : undefined),
      }),
    tryTool: async ({ params: { server, tool }, body }, exchange) => {
      const { name } = toolOf(server, tool);
      publish('gateway.changed', {
        principal: 'admin',
        what: `tried tool ${JSON.stringify(`${server}.${tool}`)}`,
      });
      const context = visitor.context(exchange);
      const started = performance.now();
      const result = await exec(gateway, { server, tool: name, arguments: body.arguments }, context);
      const ms = performance.now() - started;
      const { content } = await frugal(gateway, server, name, result, context);
      const tokens = tokensOf(content);
      return {
        result,
        model: { content: blocksOf({ content }), tokens, before: tokensOf(result['content']) },
        ms,
      };
    },
    searchTools: async ({ query: { query, server, limit } }) => {
      await waitForListings(gateway, server);
      const started = performance.now();
      const index = indexOf(gateway);
      const hits = await search(index, gateway.embeddings, [query], server);
      const ms = performance.now() - started;
      const scores = new Map(index.ranked(query, server).map(({ entry, score }) => [entry.tool, score]));
      const reply = hits.length === 0 ? nothingFound : foundText(gateway, hits);
      return {
        hits: hits.slice(0, limit).map(({ server, tool }) => ({
          ...shownTool(gateway, server, tool),
          score: Number((scores.get(tool) ?? 0).toPrecision(3)),
          matched: explain(query, server, tool, gateway.configOf(server)?.tools.examples[tool.name]),
        })),
        reply,
        tokens: estimateTokens(reply),
        ms,
      };
    },
    getMenu: () => {
      const { snapshot, config } = gateway;
      const tools = definitions(snapshot, config.gateway.menuTokens).map(each => ({
        name: String(each['name']),
        description: String(each['description']),
        tokens: estimateTokens(JSON.stringify(each)),
      }));
      return { tools, tokens: tools.reduce((sum, { tokens }) => sum + tokens, 0), flat: flatMenu(snapshot) };
    },
    listResources: ({ query: { server } }) => ({
      resources: listings(server).flatMap(({ server, listing }) =>
        listing.resources.map(item => ({ server, item })),
      ),
      templates: listings(server).flatMap(({ server, listing }) =>
        listing.templates.map(item => ({ server, item })),
      ),
    }),
    readResource: ({ params: { server }, query: { uri } }, exchange) =>
      asked({ server, method: 'resources/read', params: { uri } }, exchange),
    listPrompts: ({ query: { server } }) => ({
      prompts: listings(server).flatMap(({ server, listing }) =>
        listing.prompts.map(item => ({ server, item })),
      ),
    }),
    getPrompt: ({ params: { server, prompt }, body }, exchange) =>
      asked({ server, method: 'prompts/get', params: { name: prompt, arguments: body.arguments } }, exchange),
  };
}
