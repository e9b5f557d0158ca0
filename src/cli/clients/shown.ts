/** What was found with other clients, for people and for programs. */
import type { Candidate } from '../../clients/candidates.ts';
import { maskedSettings } from '../../config/masked.ts';
import { table } from '../table.ts';

const states: Record<Candidate['state'], string> = {
  new: 'new',
  same: 'configured',
  different: 'differs',
  unusable: 'unusable',
};

/** One line for each, and what is to be known of it below. */
export function shownCandidates(candidates: Candidate[]): string {
  const rows = candidates.map(each => [each.name, stateOf(each), whence(each), reached(each)]);
  const notes = candidates.flatMap(({ name, notes }) => notes.map(note => `${name}: ${note}`));
  return [
    table([['server', '', 'from', 'reached by'], ...rows]),
    ...(notes.length ? ['', ...notes] : []),
  ].join('\n');
}

export function stateOf({ state, because }: Candidate): string {
  return because.length === 0 ? states[state] : `${states[state]}: ${because.join(', ')}`;
}

/** Its clients, with the project where it belongs to one. */
export function whence({ from }: Candidate): string {
  return from.map(({ client, folder }) => (folder ? `${client.title} (${folder})` : client.title)).join(', ');
}

/** In one line, without secrets. */
export function reached({ entry }: Candidate): string {
  const { command, args, url } = maskedSettings(entry);
  return command === undefined ? String(url) : [command, ...(Array.isArray(args) ? args : [])].join(' ');
}

export function candidateJson({ name, entry, notes, state, because, from }: Candidate): object {
  const sources = from.map(({ client, file, folder }) => ({ client: client.id, file, folder }));
  return { name, state, because, from: sources, notes, settings: maskedSettings(entry) };
}
