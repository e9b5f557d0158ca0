import { childOf } from '../cancellation.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import { publish } from '../telemetry/events.ts';
import type { JsonObject } from '../types.ts';
import type { Call, Middleware } from './call.ts';
import { canBeAsked } from './kinds.ts';

/** Whether a person must confirm the tool. */
type AskFirst = (server: string, tool: string) => boolean;

/** How long a person may think about it, in milliseconds. */
const patienceMs = 600_000;
/** Characters of the arguments that a person is shown. */
const shownLength = 2_000;

const method = 'elicitation/create';

/** Has a person at the client confirm what needs it, each time; refuses it where nobody can be asked. */
export function authorize(askFirst: AskFirst): Middleware {
  return next => call => {
    const needsWord = call.tool !== undefined && askFirst(call.server, call.tool.name);
    return needsWord ? told(confirmed(call), call).then(() => next(call)) : next(call);
  };
}

/** The same, and whoever watches is told of a refusal. */
async function told(confirmation: Promise<void>, { server, tool, context }: Call): Promise<void> {
  try {
    await confirmation;
  } catch (thrown) {
    const { code, message } = asMcpxError(thrown);
    if (code === 'NEEDS_CONFIRMATION') {
      const { principal, client, note } = context;
      const request = note?.id;
      publish('call.refused', {
        principal,
        client,
        server,
        tool: tool?.name ?? '',
        request,
        reason: message,
      });
    }
    throw thrown;
  }
}

/** Resolves when the person agrees; throws NEEDS_CONFIRMATION in every other case. */
async function confirmed(call: Call): Promise<void> {
  const { ask, capabilities, cancellation } = call.context;
  const params = formOf(call);
  const tool = `tool "${call.tool?.name}" of server "${call.server}"`;
  if (ask === undefined || !canBeAsked(capabilities, method, params)) {
    throw new McpxError('NEEDS_CONFIRMATION', `${tool} runs only after a person has confirmed it`);
  }
  const { cancellation: deadline, release } = childOf(cancellation);
  const late = new McpxError('NEEDS_CONFIRMATION', `nobody confirmed ${tool} in time`, { help: '' });
  const timer = setTimeout(() => deadline.cancel(late), patienceMs);
  try {
    const response = await ask({ method, params, cancellation: deadline });
    if ('result' in response && response.result['action'] === 'accept') return;
  } finally {
    clearTimeout(timer);
    release();
  }
  throw new McpxError('NEEDS_CONFIRMATION', `${tool} was not run: the person at the client did not agree`, {
    help: 'Do not repeat the call unless the person asks for it.',
  });
}

/** A form without fields: to agree is to accept it. */
function formOf({ server, tool, params }: Call): JsonObject {
  const given = isObject(params['arguments']) ? JSON.stringify(params['arguments'], null, 2) : '{}';
  const shown = given.length > shownLength ? `${given.slice(0, shownLength)}\n…` : given;
  const message = `Run ${tool?.name} of ${server} with these arguments?\n${shown}`;
  return { message, requestedSchema: { type: 'object', properties: {} } };
}
