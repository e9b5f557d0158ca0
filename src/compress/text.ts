/** Untrusted text made fit to be read by a model: one line, nothing invisible, nothing that moves the cursor. */

// Terminal sequences (CSI, OSC) go whole: without their escape character their rest would stay as litter.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const terminalSequence = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b\][^\u0007\u001b]*\u0007?/g;

/** Control, format (bidi, zero width, tags), unpaired surrogate and default-ignorable characters. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const isInvisible = new RegExp(invisible.source, 'u');

const identifier = /^(?!.*\p{Default_Ignorable_Code_Point})[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** Whether `name` can stand without quotes. */
export function isIdentifier(name: string): boolean {
  return identifier.test(name);
}

/** Words that TypeScript takes for something else where a name is declared. */
const keywords = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally ' +
    'for function if import in instanceof new null return super switch this throw true try typeof var void while with'
  ).split(' '),
);

/** Whether `name` can be the name of a parameter or a type. */
export function isBindable(name: string): boolean {
  return isIdentifier(name) && !keywords.has(name);
}

/** Whether `text` is one line of visible characters. */
export function isVisible(text: string): boolean {
  return !isInvisible.test(text);
}

/** `text` as a JSON string literal that is one line of visible characters; JSON.parse gives `text` back. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(invisible, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => {
    return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
  }).join('');
}

/**
 * A description as one line of at most `max` characters, cut after a sentence or, with `…`, after a word.
 * Anything but a string is ''.
 */
export function describe(text: unknown, max: number): string {
  if (typeof text !== 'string') return '';
  // What lies far beyond the cut cannot show: a description may be megabytes long.
  const line = plain(text.slice(0, 8 * max + 200));
  return line.length <= max ? line : (sentences(line, max) ?? words(line, max));
}

/** A text of many lines without what cannot be seen; its lines and their indentation stay. */
export function visible(text: string): string {
  const lines = text.replace(terminalSequence, '').split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  const clean = lines.map(line => line.replaceAll('\t', '  ').replace(invisible, '').trimEnd());
  return clean.join('\n').trim();
}

function plain(text: string): string {
  const spaced = text.replace(terminalSequence, '').replace(/[\s\u0085]+/g, ' ');
  return spaced.replace(invisible, '').replace(/ {2,}/g, ' ').trim();
}

/** The sentences that fit, unless they are so few that most of the room would stay empty. */
function sentences(line: string, max: number): string | undefined {
  let end = 0;
  // Two letters before the full stop, so that `e.g. ` and `1. ` end nothing.
  for (const match of line.slice(0, max + 1).matchAll(/(?<=[\p{L}\p{N})\]"'`]{2})[.!?](?= )|[。！？]/gu)) {
    if (match.index < max) end = match.index + 1;
  }
  return end * 4 >= max ? line.slice(0, end) : undefined;
}

function words(line: string, max: number): string {
  const room = line.slice(0, Math.max(max - 1, 0));
  const space = line[room.length] === ' ' ? room.length : room.lastIndexOf(' ');
  const kept = space * 2 > max ? room.slice(0, space) : room.replace(/[\ud800-\udbff]$/, '');
  return `${kept.replace(/[\s,;:]+$/, '')}…`;
}
