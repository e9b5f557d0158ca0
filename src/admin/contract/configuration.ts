import * as z from 'zod/mini';
import { anything, difference, flag, object, problem, reloaded, written } from './common.ts';
import { route } from './route.ts';

const group = 'Configuration';
const text = () => z.string().check(z.maxLength(8 * 1024 * 1024));

export const configuration = {
  getConfiguration: route({
    method: 'GET',
    path: '/api/configuration',
    group,
    about:
      'The text of the file. Secrets that stand in it are marks such as `***0a1b2c3d4e5f`, which mean the same secret when the text is written back; with `secrets=true` they are shown.',
    query: z.object({ secrets: z.optional(flag()) }),
    answer: z.object({ file: z.string(), text: z.string(), version: z.string() }),
  }),
  getEffective: route({
    method: 'GET',
    path: '/api/configuration/effective',
    group,
    about:
      'Every setting that stands in the file or holds by default, references as they stand, without secrets.',
    answer: z.object({ mcpServers: object(), gateway: object() }),
    refusals: [422],
  }),
  checkConfiguration: route({
    method: 'POST',
    path: '/api/configuration/check',
    group,
    about: 'What is wrong with a text, or worth saying about it. Nothing is changed.',
    body: z.object({ text: text() }),
    answer: z.object({ errors: z.array(problem), warnings: z.array(problem) }),
  }),
  planConfiguration: route({
    method: 'POST',
    path: '/api/configuration/plan',
    group,
    about: 'What a reload with this text would do. Nothing is changed.',
    body: z.object({ text: text() }),
    answer: z.union([
      z.object({ ok: z.literal(true), difference, warnings: z.array(problem) }),
      z.object({ ok: z.literal(false), errors: z.array(problem) }),
    ]),
  }),
  writeConfiguration: route({
    method: 'PUT',
    path: '/api/configuration',
    group,
    about:
      'Writes a text for the version that was read, and reloads. Where the file is another one by now, 409 with both: `data.current` and `data.yours`.',
    body: z.object({ text: text(), version: z.string() }),
    answer: written,
    refusals: [409, 422],
  }),
  reload: route({
    method: 'POST',
    path: '/api/reload',
    group,
    about: 'Reads the file again, and answers when everything is in place.',
    answer: reloaded,
  }),
  readAddition: route({
    method: 'POST',
    path: '/api/servers/read',
    group,
    about:
      'The servers in what a person pastes: a command, an address, or the JSON of any client. Nothing is changed.',
    body: z.object({ text: text() }),
    answer: z.object({
      servers: z.array(z.object({ name: z.string(), settings: object(), notes: z.array(z.string()) })),
      problems: z.array(z.string()),
    }),
  }),
  previewImport: route({
    method: 'GET',
    path: '/api/import',
    group,
    about:
      'The servers of other clients on the gateway’s machine, as `mcpx import` shows them, without secrets.',
    query: z.object({ client: z.optional(z.string()) }),
    answer: z.object({
      servers: z.array(
        z.object({
          name: z.string(),
          state: z.enum(['new', 'same', 'different', 'unusable']),
          because: z.array(z.string()),
          notes: z.array(z.string()),
          from: z.array(z.object({ client: z.string(), file: z.string(), folder: z.optional(z.string()) })),
          settings: z.record(z.string(), anything()),
        }),
      ),
      problems: z.array(z.string()),
    }),
  }),
};
