import { toolFields } from './fields.ts';
import type { Entry } from './part.ts';

/** Models read a few hundred words; in characters. */
const maxDescription = 1_000;
const maxText = 1_500;

/** A tool in words, for a model that tells what texts mean: where it is from, what it is for, what it takes. */
export function textOf({ server, tool }: Entry): string {
  const [names, , titles, descriptions, parameters] = toolFields(server, tool, []);
  const said = [...titles!, ...descriptions!].join('. ').slice(0, maxDescription);
  return `${server} ${names!.join('')}: ${said}\n${parameters!.join(', ')}`.slice(0, maxText);
}
