/** The OpenAPI document of the API, made from its contract. */
import * as z from 'zod/mini';
import { self } from '../version.ts';
import { refusal } from './contract/common.ts';
import { commonRefusals, type Route } from './contract/route.ts';
import { routes } from './contract/routes.ts';

type Json = Record<string, unknown>;

/** OpenAPI 3.1. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const [id, route] of Object.entries(routes) as [string, Route][]) {
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operation(id, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'MCPX admin API',
      version: self.version,
      description: 'For whoever runs a gateway: its web page, and scripts. See docs/admin.md.',
    },
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'MCPX_ADMIN_TOKEN, or the key of the instance file.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'mcpx_PORT',
          description: 'What a link of `mcpx open` gives.',
        },
      },
      responses: {
        refusal: {
          description: 'What is wrong, and what to do.',
          content: json(schemaOf(refusal, 'output')),
        },
      },
    },
  };
}

function operation(id: string, { group, about, path, query, body, answer, refusals = [] }: Route): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const refused = [...new Set([...commonRefusals, ...refusals])].sort();
  const text = { schema: { type: 'string' } };
  const good =
    answer === 'events'
      ? { 'text/event-stream': text }
      : answer === 'lines'
        ? { 'application/x-ndjson': text }
        : json(schemaOf(answer, 'output'));
  return {
    operationId: id,
    tags: [group],
    summary: about,
    parameters: [...inPath, ...(query === undefined ? [] : inQuery(query))],
    ...(body !== undefined && { requestBody: { required: true, content: json(schemaOf(body, 'input')) } }),
    responses: {
      200: { description: 'It is so.', content: good },
      ...Object.fromEntries(refused.map(status => [status, { $ref: '#/components/responses/refusal' }])),
    },
  };
}

function inQuery(query: z.core.$ZodType): Json[] {
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io, reused: 'inline' });
  return made as Json;
}
