import * as z from 'zod/mini';
import { anything, count, flag, limit, object, written } from './common.ts';
import { route } from './route.ts';

const tool = z.object({
  server: z.string(),
  name: z.string(),
  title: z.optional(z.string()),
  description: z.optional(z.string()),
  /** As a model sees it. */
  signature: z.string(),
  enabled: z.boolean(),
  /** Whether a person has to confirm each call. */
  asks: z.boolean(),
});

const path = '/api/servers/{server}/tools/{tool}';
const change = { group: 'Tools', answer: written, refusals: [404, 409, 422] } as const;
const ofServer = z.object({ server: z.optional(z.string()) });

/** What a server answered to one request. */
const response = z.object({
  result: z.optional(object()),
  error: z.optional(z.object({ code: z.number(), message: z.string(), data: z.optional(z.unknown()) })),
});

export const catalog = {
  listTools: route({
    method: 'GET',
    path: '/api/tools',
    group: 'Tools',
    about: 'Tools, also those that are switched off; with `query`, those that a search finds, best first.',
    query: z.object({
      server: z.optional(z.string()),
      query: z.optional(z.string().check(z.maxLength(1_000))),
      enabled: z.optional(flag()),
      limit: limit(1_000, 100),
      offset: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(1_000_000)), 0),
    }),
    answer: z.object({ tools: z.array(tool), total: count() }),
  }),
  getTool: route({
    method: 'GET',
    path,
    group: 'Tools',
    about: 'One tool in full.',
    answer: z.object({
      ...tool.shape,
      /** As `inspect` shows it. */
      declaration: z.string(),
      inputSchema: object(),
      outputSchema: z.optional(object()),
      annotations: z.optional(object()),
      /** Queries that it answers. */
      examples: z.array(z.string()),
      /** What its definition costs a model, flat and as a signature. */
      tokens: z.object({ flat: count(), signature: count() }),
    }),
    refusals: [404],
  }),
  enableTool: route({ ...change, method: 'POST', path: `${path}/enable`, about: 'Switches one on.' }),
  disableTool: route({ ...change, method: 'POST', path: `${path}/disable`, about: 'Switches one off.' }),
  setExamples: route({
    ...change,
    method: 'PUT',
    path: `${path}/examples`,
    about: 'Example queries that help search find it.',
    body: z.object({
      examples: z.array(z.string().check(z.minLength(1), z.maxLength(1_000))).check(z.maxLength(100)),
    }),
  }),
  tryTool: route({
    method: 'POST',
    path: `${path}/try`,
    group: 'Tools',
    about:
      'Calls it, in a session of the gateway’s own. Answers with its result as it came, and with what a model gets of it.',
    body: z.object({ arguments: z._default(object(), {}) }),
    answer: z.object({
      result: object(),
      model: z.object({ content: z.array(anything()), tokens: count(), before: count() }),
      ms: z.number(),
    }),
    refusals: [404, 409, 499, 502, 504],
  }),
  searchTools: route({
    method: 'GET',
    path: '/api/search',
    group: 'Tools',
    about: 'What a search finds, best first, and why; and the reply that a model gets.',
    query: z.object({
      query: z.string().check(z.minLength(1), z.maxLength(1_000)),
      server: z.optional(z.string()),
      limit: limit(100, 20),
    }),
    answer: z.object({
      hits: z.array(
        z.object({
          ...tool.shape,
          /** The best one by words has about 1. */
          score: z.number(),
          /** Words of the query, and where it has them. */
          matched: z.array(z.object({ word: z.string(), field: z.string() })),
        }),
      ),
      reply: z.string(),
      tokens: count(),
      ms: z.number(),
    }),
  }),
  getMenu: route({
    method: 'GET',
    path: '/api/menu',
    group: 'Tools',
    about: 'The tools that a model is shown, and what all tools of all servers would cost it, in tokens.',
    answer: z.object({
      tools: z.array(z.object({ name: z.string(), description: z.string(), tokens: count() })),
      tokens: count(),
      flat: count(),
    }),
  }),
  listResources: route({
    method: 'GET',
    path: '/api/resources',
    group: 'Resources and prompts',
    about: 'Resources and templates, as their servers listed them.',
    query: ofServer,
    answer: z.object({
      resources: z.array(z.object({ server: z.string(), item: object() })),
      templates: z.array(z.object({ server: z.string(), item: object() })),
    }),
  }),
  readResource: route({
    method: 'GET',
    path: '/api/servers/{server}/resource',
    group: 'Resources and prompts',
    about: 'Reads one.',
    query: z.object({ uri: z.string() }),
    answer: response,
    refusals: [404, 409, 499, 502, 504],
  }),
  listPrompts: route({
    method: 'GET',
    path: '/api/prompts',
    group: 'Resources and prompts',
    about: 'Prompts, as their servers listed them.',
    query: ofServer,
    answer: z.object({ prompts: z.array(z.object({ server: z.string(), item: object() })) }),
  }),
  getPrompt: route({
    method: 'POST',
    path: '/api/servers/{server}/prompts/{prompt}',
    group: 'Resources and prompts',
    about: 'Fills one in.',
    body: z.object({ arguments: z._default(z.record(z.string(), z.string()), {}) }),
    answer: response,
    refusals: [404, 409, 499, 502, 504],
  }),
};
