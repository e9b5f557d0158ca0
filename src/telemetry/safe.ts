/** Text from outside, made fit for every output: harmless for a terminal, without secrets, and not too long. */
import { harmless } from '../harmless.ts';
import { isSecretName, redacted } from '../secrets.ts';

const longestName = 200;
const longestText = 2_000;
/** A secret that is cut in the middle would not be known again: so much more is looked at than is shown. */
const margin = 4_096;

const mostNames = 10_000;
const names = new Map<string, string>();

/** The name of a server, tool, client or principal. The same few come again and again. */
export function safeName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const safe = safeText(name, longestName).replace(/\s+/g, ' ');
  if (names.size >= mostNames) names.clear();
  if (name.length <= longestName) names.set(name, safe);
  return safe;
}

/** Any other text, at most `longest` characters of it and a mark that there was more. */
export function safeText(text: string, longest = longestText): string {
  const looked = text.length > longest + margin ? text.slice(0, longest + margin) : text;
  const safe = redacted(harmless(looked));
  return safe.length > longest || looked.length < text.length ? `${safe.slice(0, longest)}…` : safe;
}

/** Arguments or a result as JSON, or its beginning; what has a secret's name is left out. Quick however large `value` is. */
export function safeJson(value: unknown, longest = longestText): string {
  const parts: string[] = [];
  write(value, parts, { left: longest + margin }, 0);
  return safeText(parts.join(''), longest);
}

interface Room {
  /** Characters. */
  left: number;
}

const deepest = 32;

function write(value: unknown, parts: string[], room: Room, depth: number): void {
  if (room.left <= 0) return;
  if (typeof value === 'string') put(JSON.stringify(value.slice(0, room.left)), parts, room);
  else if (typeof value !== 'object' || value === null) put(String(value), parts, room);
  else if (depth >= deepest) put('…', parts, room);
  else if (Array.isArray(value)) writeList(value, parts, room, depth);
  else writeObject(value as Record<string, unknown>, parts, room, depth);
}

function writeList(list: unknown[], parts: string[], room: Room, depth: number): void {
  put('[', parts, room);
  for (let index = 0; index < list.length && room.left > 0; index++) {
    if (index > 0) put(',', parts, room);
    write(list[index], parts, room, depth + 1);
  }
  put(']', parts, room);
}

function writeObject(object: Record<string, unknown>, parts: string[], room: Room, depth: number): void {
  let separator = '{';
  for (const key in object) {
    if (room.left <= 0) break;
    const value = object[key];
    put(`${separator}${JSON.stringify(key.slice(0, longestName))}:`, parts, room);
    write(typeof value === 'string' && isSecretName(key) ? '[secret]' : value, parts, room, depth + 1);
    separator = ',';
  }
  put(separator === '{' ? '{}' : '}', parts, room);
}

function put(text: string, parts: string[], room: Room): void {
  parts.push(text);
  room.left -= text.length;
}
