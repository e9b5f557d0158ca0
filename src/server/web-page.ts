import { createReadStream, existsSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { McpxError } from '../errors.ts';

const folder = fileURLToPath(new URL('./ui/', import.meta.url)); // beside all other files of dist/

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing inline, nothing evaluated, nothing from elsewhere; pictures may come with results. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  'media-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Address → file. Only what the build has made is given out. */
const files = new Map(
  existsSync(folder)
    ? [
        ['/', 'index.html'],
        ...readdirSync(`${folder}assets`).map(name => [`/assets/${name}`, `assets/${name}`] as const),
      ]
    : [],
);

/** Answers with a file of the web page; it shows nothing without the API. Throws NOT_FOUND. */
export function sendWebPage(
  { method, headers }: IncomingMessage,
  path: string,
  response: ServerResponse,
): void {
  const file = files.get(path);
  if (file === undefined || (method !== 'GET' && method !== 'HEAD'))
    throw new McpxError('NOT_FOUND', 'there is nothing here.');
  const zips = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': path === '/' ? 'no-cache' : 'public, max-age=31536000, immutable', // names change with what is in them
    vary: 'accept-encoding',
    ...(zips && { 'content-encoding': 'gzip' }),
  });
  if (method === 'HEAD') return void response.end();
  const source = createReadStream(folder + file);
  const sent = () => {}; // whoever broke off does not want it
  if (zips) pipeline(source, createGzip(), response, sent);
  else pipeline(source, response, sent);
}
