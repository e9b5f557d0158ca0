import { type EnvHttpProxyAgent, fetch } from 'undici';
import type { EmbeddingSettings, ProxySettings } from '../config/types.ts';
import { isObject } from '../json.ts';
import { withoutThese } from '../secrets.ts';
import { safeText } from '../telemetry/safe.ts';
import { dispatcherFor } from '../upstream/dispatcher.ts';
import { EndpointError } from './endpoint-error.ts';

/** Bytes of an answer, and numbers of one vector, that are read. */
const maxAnswer = 33_554_432;
const maxDimensions = 8_192;
const longestReason = 300;
/** Statuses of an endpoint that works, but not on these texts. */
const refusals: ReadonlySet<number> = new Set([400, 413, 422]);

/** An OpenAI-compatible endpoint that makes vectors of texts. */
export class Endpoint {
  readonly #settings: EmbeddingSettings;
  readonly #dispatcher: EnvHttpProxyAgent;

  constructor(settings: EmbeddingSettings, proxy: ProxySettings) {
    this.#settings = settings;
    this.#dispatcher = dispatcherFor(proxy);
  }

  /** A vector for each text, within `ms`. Throws an EndpointError. */
  async embed(texts: readonly string[], ms: number): Promise<Float32Array[]> {
    const { url, model, apiKey, dimensions } = this.#settings;
    try {
      const response = await fetch(addressOf(url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
        body: JSON.stringify({ model, input: texts, dimensions }),
        redirect: 'error', // the key is for this address alone
        signal: AbortSignal.timeout(ms),
        dispatcher: this.#dispatcher,
      });
      const text = await textOf(response.body ?? []);
      if (!response.ok) throw statusError(response.status, text);
      return vectorsIn(text, texts.length);
    } catch (thrown) {
      const { message, refused } =
        thrown instanceof EndpointError ? thrown : new EndpointError(reasonOf(thrown, ms));
      throw new EndpointError(withoutThese(message, apiKey ? [apiKey] : []), refused); // some say what they were given
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

function addressOf(url: string): string {
  const address = new URL(url);
  if (!/\/embeddings\/?$/.test(address.pathname)) {
    address.pathname = `${address.pathname.replace(/\/$/, '')}/embeddings`;
  }
  return address.href;
}

async function textOf(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxAnswer) throw new EndpointError('its answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function statusError(status: number, text: string): EndpointError {
  return new EndpointError(`HTTP status ${status}: ${safeText(text, longestReason)}`, refusals.has(status));
}

function reasonOf(thrown: unknown, ms: number): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return `no answer within ${ms} ms`;
  return thrown.cause instanceof Error ? thrown.cause.message || thrown.cause.name : thrown.message;
}

/** `{ data: [{ index, embedding: [0.1, …] }, …] }`, one for each text, all of the same length. */
function vectorsIn(text: string, count: number): Float32Array[] {
  const answer = parsed(text);
  const data = isObject(answer) && Array.isArray(answer['data']) ? answer['data'] : [];
  const vectors: Float32Array[] = [];
  for (const [at, item] of data.entries()) {
    const { index = at, embedding } = isObject(item) ? item : {};
    if (Number.isInteger(index) && isVector(embedding))
      vectors[index as number] = Float32Array.from(embedding);
  }
  const isWhole = vectors.length === count && !vectors.includes(undefined as never);
  if (!isWhole || vectors.some(({ length }) => length !== vectors[0]!.length)) {
    throw new EndpointError(`it did not answer with a vector for each text: ${safeText(text, 100)}`);
  }
  return vectors;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told as what it is not
  }
}

function isVector(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxDimensions) return false;
  return value.every(Number.isFinite);
}
