import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { tooLarge } from '../../rpc/calls.ts';
import { defaultLineOptions } from '../../rpc/lines.ts';

/** The longest answer that is read, in UTF-16 units. */
export const maxAnswer = defaultLineOptions.maxLine;

export function isEventStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.toLowerCase().startsWith('text/event-stream') ?? false;
}

/** What the messages of an event stream say, as it came. Rejects with RESULT_TOO_LARGE, or when the stream breaks. */
export async function* eventsOf(response: IncomingMessage): AsyncGenerator<{ text: string; id?: string }> {
  const events: { text: string; id?: string }[] = [];
  let overflow: Error | undefined;
  const parser = createParser({
    maxBufferSize: maxAnswer,
    onEvent: ({ event = 'message', data, id }) => {
      if (event === 'message' && data !== '') events.push({ text: data, id });
    },
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') overflow = tooLarge(maxAnswer);
    },
  });
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    parser.feed(chunk);
    yield* events.splice(0);
    if (overflow !== undefined) throw overflow;
  }
}
