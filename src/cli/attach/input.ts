import type { Readable } from 'node:stream';
import { LineReader, type OversizedLine } from '../../rpc/line-reader.ts';
import { asMessage, type RequestId, type RpcMessage } from '../../rpc/messages.ts';

/**
 * Hands over one line after the other, and reads no more while one is being taken. Resolves at the end of `input`, also
 * when that is an error. `oversized` gets the id of a request that was longer than `maxLine`, as far as it can be told.
 */
export async function eachLine(
  input: Readable,
  maxLine: number,
  take: (line: string) => Promise<void>,
  oversized: (id: RequestId) => void,
): Promise<void> {
  const lines: string[] = [];
  const reader = new LineReader(
    maxLine,
    line => lines.push(line),
    line => {
      const id = idOf(line);
      if (id !== undefined) oversized(id);
    },
  );
  input.setEncoding('utf8');
  try {
    for await (const chunk of input as AsyncIterable<string>) {
      reader.push(chunk);
      for (const line of lines.splice(0)) await take(line);
    }
  } catch {
    // a client that breaks off has left as well
  }
}

/** The JSON-RPC messages of a line, more than one in a batch; none when it is something else. */
export function messagesIn(line: string): RpcMessage[] {
  try {
    const parsed: unknown = JSON.parse(line);
    const messages = (Array.isArray(parsed) ? parsed : [parsed]).map(asMessage);
    return messages.every(message => message !== undefined) ? messages : [];
  } catch {
    return [];
  }
}

/** The id stands where clients write it: at the beginning or at the very end. */
function idOf({ head, tail }: OversizedLine): RequestId | undefined {
  const found =
    /^\{\s*(?:"jsonrpc":\s*"2\.0",\s*)?"id":\s*(\d+|"[^"\\]*")/.exec(head) ??
    /"id":\s*(\d+|"[^"\\]*")\s*(?:,\s*"jsonrpc":\s*"2\.0"\s*)?\}\s*$/.exec(tail);
  return found === null ? undefined : (JSON.parse(found[1]!) as RequestId);
}
