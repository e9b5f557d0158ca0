/** What was found with clients, held against what is configured already. */
import { isDeepStrictEqual } from 'node:util';
import { type ServerEntry, withServer } from '../config/change.ts';
import { check } from '../config/check.ts';
import { transportFor } from '../config/connection.ts';
import { parseDocument } from '../config/document.ts';
import { ownNames } from '../config/foreign.ts';
import type { Found } from './find.ts';
import { withReferences } from './references.ts';

export interface Candidate {
  /** Under which it would be added. */
  name: string;
  entry: ServerEntry;
  /** Where it stands. */
  from: Found[];
  notes: string[];
  /** `same`: it is configured already; `different`: something else is, under this name; `unusable`: it cannot be. */
  state: 'new' | 'same' | 'different' | 'unusable';
  /** Settings that differ, or what is wrong. */
  because: string[];
}

/** What can be taken over. One that several clients have alike is one; of unlike ones with one name the later get another. */
export function candidatesOf(
  found: readonly Found[],
  present: ReadonlyMap<string, ServerEntry>,
): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const each of found) {
    const alike = [...candidates.values()].find(
      ({ from, entry }) => from[0]!.name === each.name && differences(entry, each.entry).length === 0,
    );
    if (alike !== undefined) {
      alike.from.push(each);
      continue;
    }
    const name = freeName(each, candidates);
    candidates.set(name, candidate(name, each, present.get(name)));
  }
  return [...candidates.values()];
}

function freeName({ name, client }: Found, taken: ReadonlyMap<string, unknown>): string {
  const wanted = taken.has(name) ? `${name}-${client.id}` : name;
  for (let number = 2, free = wanted; ; free = `${wanted}-${number++}`) if (!taken.has(free)) return free;
}

function candidate(name: string, found: Found, present: ServerEntry | undefined): Candidate {
  const { entry, notes } = found;
  const common = { name, entry, notes, from: [found] };
  const problems = problemsOf(name, entry);
  if (problems.length > 0) return { ...common, state: 'unusable', because: problems };
  if (present === undefined) return { ...common, state: 'new', because: [] };
  const because = differences(present, entry);
  const referring = differences(present, withReferences(name, entry).entry); // as it may have been taken over
  if (because.length === 0 || referring.length === 0) return { ...common, state: 'same', because: [] };
  return { ...common, state: 'different', because };
}

function problemsOf(name: string, entry: ServerEntry): string[] {
  const { errors } = check(parseDocument('', withServer('{}', name, entry)));
  return errors.map(({ message }) => message);
}

/** The settings in which two differ; whether they are on is none. */
function differences(one: ServerEntry, other: ServerEntry): string[] {
  const [a, b] = [comparable(one), comparable(other)];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].filter(key => !isDeepStrictEqual(a[key], b[key]));
}

/** In our words, with what some clients write out and others leave out. */
function comparable(entry: ServerEntry): ServerEntry {
  const { enabled: _, type, ...own } = ownNames(entry);
  const { url } = own;
  const kind =
    typeof url === 'string' && URL.canParse(url)
      ? transportFor(type as Parameters<typeof transportFor>[0], url)
      : url && (type ?? 'http');
  return { args: [], env: {}, headers: {}, ...own, type: kind };
}
