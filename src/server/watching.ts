import type { ServerResponse } from 'node:http';
import type { Scrape } from '../telemetry/metrics/scrape.ts';

/** Answers `/metrics`. */
export async function sendMetrics(scrape: Scrape, response: ServerResponse): Promise<void> {
  const text = await scrape.text();
  response.writeHead(200, { 'content-type': scrape.contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
