import * as z from 'zod/mini';
import { count, done, object, time } from './common.ts';
import { route } from './route.ts';

const group = 'Access';

export const access = {
  makeLink: route({
    method: 'POST',
    path: '/api/links',
    group,
    about: 'A link that lets a browser in, once, within five minutes. `mcpx open` asks for one.',
    answer: z.object({ url: z.url(), expiresAt: time() }),
  }),
  logOut: route({
    method: 'DELETE',
    path: '/api/session',
    group,
    about: 'Ends the session of the browser that asks. Without effect for a token.',
    answer: done,
  }),
  getApi: route({
    method: 'GET',
    path: '/api/openapi.json',
    group,
    about: 'This document.',
    answer: object(),
  }),
  getStatus: route({
    method: 'GET',
    path: '/api/status',
    group: 'Gateway',
    about: 'The gateway as a whole.',
    answer: z.object({
      version: z.string(),
      address: z.string(),
      startedAt: time(),
      servers: count(),
      tools: count(),
      clients: count(),
      /** Whether servers that run commands may be added and changed over the API. */
      commands: z.boolean(),
      configuration: z.object({
        file: z.string(),
        version: z.string(),
        loadedAt: time(),
        restart: z.array(z.string()),
        refused: z.optional(z.object({ at: time(), problems: z.array(z.string()) })),
      }),
    }),
  }),
};
