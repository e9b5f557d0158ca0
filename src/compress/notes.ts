import { literal } from './literals.ts';
import { describe, isVisible } from './text.ts';

/** The value of a keyword, if it is of the kind asked for; it counts as said from then on. */
export type Take = <T>(keyword: string, is: (value: unknown) => value is T) => T | undefined;

/** Characters of a pattern that may stand on a line, and of one that may stand in a declaration. */
const shortPattern = 40;
const maxPattern = 2_000;
const maxFormat = 60;
/** Characters of all examples together. */
const maxExamples = 200;

/**
 * What a schema asks of a value of one type beyond the type, in the fewest words: `uuid`, `1..50 chars`, `>=1`, `2 items`.
 * `full` adds what only a declaration shows: integers, formats of numbers, patterns beside formats, encodings.
 */
export function notesOn(type: string, take: Take, full: boolean): string[] {
  if (type === 'string') return onText(take, full);
  if (type === 'number' || type === 'integer') return onNumber(type, take, full);
  if (type === 'array') return [...onCount(take, 'minItems', 'maxItems', 'items'), ...onUnique(take)];
  return type === 'object' ? onCount(take, 'minProperties', 'maxProperties', 'keys') : [];
}

/** What is said of a value whatever its type: whether it goes out of use, who writes it, how it may look. */
export function notesOnAny(take: Take, full: boolean): string[] {
  const notes: string[] = [];
  if (take('deprecated', isTrue)) notes.push('deprecated');
  if (!full) return notes;
  if (take('readOnly', isTrue)) notes.push('read-only');
  if (take('writeOnly', isTrue)) notes.push('write-only');
  const examples = take('examples', isShortList);
  if (examples) notes.push(`e.g. ${literal(examples, maxExamples)!.slice(1, -1)}`);
  return notes;
}

function onText(take: Take, full: boolean): string[] {
  const notes: string[] = [];
  const format = take('format', isFormat);
  if (format !== undefined) notes.push(format);
  notes.push(...onCount(take, 'minLength', 'maxLength', 'chars'));
  const pattern = full || format === undefined ? take('pattern', isPattern) : undefined;
  if (pattern !== undefined && (full || pattern.length <= shortPattern)) notes.push(`/${pattern}/`);
  if (!full) return notes;
  const content = [take('contentEncoding', isFormat), take('contentMediaType', isFormat)];
  return [...notes, ...content.filter(name => name !== undefined)];
}

function onNumber(type: string, take: Take, full: boolean): string[] {
  const notes: string[] = [];
  if (full && type === 'integer') notes.push('integer');
  const format = full ? take('format', isFormat) : undefined;
  if (format !== undefined) notes.push(format);
  const range = rangeOf(take);
  if (range !== '') notes.push(range);
  const step = take('multipleOf', isNumber);
  if (step !== undefined) notes.push(`multiple of ${step}`);
  return notes;
}

/** `1..100`, `>=1`, `>0 <=1`. Draft 4 and OpenAPI 3.0 say by a boolean that a bound itself is excluded. */
function rangeOf(take: Take): string {
  const [min, max] = [take('minimum', isBound), take('maximum', isBound)];
  const [above, below] = [take('exclusiveMinimum', isBound), take('exclusiveMaximum', isBound)];
  const [openBelow, openAbove] = [take('exclusiveMinimum', isBoolean), take('exclusiveMaximum', isBoolean)];
  if (min !== undefined && max !== undefined && !(openBelow || openAbove) && (above ?? below) === undefined) {
    return `${min}..${max}`;
  }
  const parts = [
    min !== undefined && `${openBelow ? '>' : '>='}${min}`,
    above !== undefined && `>${above}`,
    max !== undefined && `${openAbove ? '<' : '<='}${max}`,
    below !== undefined && `<${below}`,
  ];
  return parts.filter(Boolean).join(' ');
}

function onCount(take: Take, least: string, most: string, what: string): string[] {
  const [min, max] = [take(least, isNumber) ?? 0, take(most, isNumber) ?? Number.POSITIVE_INFINITY];
  if (min <= 0 && max === Number.POSITIVE_INFINITY) return [];
  if (min === max) return [`${min} ${what}`];
  if (max === Number.POSITIVE_INFINITY) return [`${min}+ ${what}`];
  return [`${min <= 0 ? '<=' : `${min}..`}${max} ${what}`];
}

function onUnique(take: Take): string[] {
  return take('uniqueItems', isTrue) ? ['unique'] : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Generators bound every integer by what a double holds exactly; that bound says nothing, and stays where it is. */
function isBound(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isTrue(value: unknown): value is true {
  return value === true;
}

function isFormat(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && describe(value, maxFormat) === value;
}

function isPattern(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxPattern && isVisible(value);
}

function isShortList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && literal(value, maxExamples) !== undefined;
}
