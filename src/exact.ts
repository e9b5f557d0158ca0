import { randomBytes } from 'node:crypto';

/** What no text of anybody's contains: stands before a number while it travels as a string. */
const mark = `\u0001${randomBytes(12).toString('hex')}:`;
const escapedMark = mark.replace('\u0001', '\\u0001');
const marked = new RegExp(`"\\\\u0001${mark.slice(1)}([-+.\\deE]+)"`, 'g');

/** How many there have been in this process: while there are none, nothing has to be looked for. */
let made = 0;
/** Whether numbers are being written as they came. */
let exactly = false;
let written = false;

/** A number as it was written, where JavaScript would write it differently: 1.0, 1e400, 12345678901234567890. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    made++;
  }

  /** To whoever does not write with `writeJson` it is the number that JavaScript makes of it. */
  toJSON(): unknown {
    if (!exactly) return Number(this.text);
    written = true;
    return mark + this.text;
  }

  valueOf(): number {
    return Number(this.text);
  }

  /** To whoever asks by `Object.prototype.toString`, as JMESPath does, it is a number. */
  get [Symbol.toStringTag](): string {
    return 'Number';
  }

  toString(): string {
    return this.text;
  }
}

/** `JSON.parse`, but that numbers which would change are kept as `ExactNumber`. */
export function parseJson(text: string): unknown {
  suspicious.lastIndex = text.startsWith(head) ? head.length : 0;
  const odd = suspicious.test(text) ? oddNumbers(text) : undefined;
  return odd === undefined ? JSON.parse(text) : JSON.parse(withMarks(text, odd), revived);
}

/** `JSON.stringify`, with every `ExactNumber` as it came. */
export function writeJson(value: unknown): string {
  if (made === 0) return JSON.stringify(value);
  exactly = true;
  written = false;
  try {
    const text = JSON.stringify(value);
    return written ? withoutMarks(text) : text;
  } finally {
    exactly = false;
  }
}

/** `value` for somebody else to write: as strings that `withoutMarks` makes numbers of again. */
export function markedNumbers<T>(value: T): T {
  return replaced(value, number => mark + number.text) as T;
}

/** `text` as it was meant, if `markedNumbers` has been there. */
export function withoutMarks(text: string): string {
  return made === 0 ? text : text.replace(marked, '$1');
}

const originals = new WeakMap<object, unknown>();

/** `value` with ordinary numbers only, for those who reckon with it; the same object where it has no others. */
export function plain<T>(value: T): T {
  const copy = replaced(value, Number);
  if (copy !== value && typeof copy === 'object' && copy !== null) originals.set(copy, value);
  return copy as T;
}

/** What `plain` made `value` of, or `value` itself. */
export function exact<T extends object>(value: T): T {
  return (originals.get(value) ?? value) as T;
}

function replaced(value: unknown, replace: (number: ExactNumber) => unknown): unknown {
  if (made === 0 || typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return replace(value);
  if (Array.isArray(value)) {
    const items = value.map(item => replaced(item, replace));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const other = replaced(item, replace);
    if (other === item) continue;
    copy ??= { ...value };
    Object.defineProperty(copy, key, { value: other, enumerable: true, writable: true, configurable: true });
  }
  return copy ?? value;
}

/** How messages begin; the number in it is a string. */
const head = '{"jsonrpc":"2.0",';

/** A point or an exponent behind a digit, many digits, or a minus before a zero: most small texts have nothing of the kind. */
const suspicious = /\d[.eE]|\d{16}|-0/g;

/** Where a number begins and ends. */
type Span = [start: number, end: number];

/** The numbers in JSON text that JavaScript would write differently; undefined where there are none. Looks at no string. */
function oddNumbers(text: string): Span[] | undefined {
  let found: Span[] | undefined;
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    while (at < end) {
      const first = text.charCodeAt(at);
      if (first !== minus && !isDigit(first)) {
        at++;
        continue;
      }
      const start = at;
      while (at < end && isNumeric(text.charCodeAt(at))) at++;
      if (isOdd(text, start, at)) {
        found ??= [];
        found.push([start, at]);
      }
    }
    if (quote === -1) break;
    at = endOfString(text, quote + 1);
  }
  return found;
}

const minus = 0x2d;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Digits, sign, point and exponent. */
function isNumeric(code: number): boolean {
  return isDigit(code) || code === minus || code === 0x2b || code === 0x2e || code === 0x45 || code === 0x65;
}

/** So many digits are never too many. */
const safeDigits = 15;
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

function isOdd(text: string, start: number, end: number): boolean {
  let isWhole = end - start <= safeDigits;
  for (let at = start; isWhole && at < end; at++) isWhole = isDigit(text.charCodeAt(at));
  if (isWhole) return false; // the usual case; one that begins with 0 is for JSON.parse to refuse
  const number = text.slice(start, end);
  return String(Number(number)) !== number && jsonNumber.test(number);
}

/** JSON text with a marked string for each of the numbers `odd`. */
function withMarks(text: string, odd: Span[]): string {
  let result = '';
  let copied = 0;
  for (const [start, end] of odd) {
    result += `${text.slice(copied, start)}"${escapedMark}${text.slice(start, end)}"`;
    copied = end;
  }
  return result + text.slice(copied);
}

/** Where the string that begins at `start` is over; the end of the text where it never is. */
function endOfString(text: string, start: number): number {
  for (let at = start; ; at++) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

function revived(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(mark)
    ? new ExactNumber(value.slice(mark.length))
    : value;
}
