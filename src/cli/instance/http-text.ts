import type { IncomingMessage } from 'node:http';
import { McpxError } from '../../errors.ts';

/** The body of a response as text. Rejects with RESULT_TOO_LARGE beyond `maxLength` UTF-16 units. */
export async function textOf(response: IncomingMessage, maxLength: number): Promise<string> {
  response.setEncoding('utf8');
  const parts: string[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<string>) {
    length += part.length;
    if (length > maxLength) {
      throw new McpxError('RESULT_TOO_LARGE', `the answer has more than ${maxLength / 1024 / 1024} MB.`);
    }
    parts.push(part);
  }
  return parts.length === 1 ? parts[0]! : parts.join('');
}
