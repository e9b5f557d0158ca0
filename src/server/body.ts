import type { IncomingMessage } from 'node:http';
import { McpxError } from '../errors.ts';

/** The most bytes that one request may have. */
export const maxBodyBytes = 16 * 1024 * 1024;

/** The body of a request. Rejects with BODY_TOO_LARGE, as early as that can be told. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => {
      request.pause();
      reject(bodyTooLarge());
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge();
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBodyBytes) return tooLarge();
      chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new McpxError('CALL_CANCELLED', 'the client left'));
    });
  });
}

export function bodyTooLarge(): McpxError {
  return new McpxError('BODY_TOO_LARGE', `the request has more than ${maxBodyBytes / 1024 / 1024} MB.`);
}
