/** How new parts of a JSON text are written, so that they look like what is there. */

/** The longest line that is made of more than one value. */
const longestLine = 110;

export interface Style {
  /** `\n` or `\r\n`. */
  newline: string;
  /** One step of indentation. */
  unit: string;
}

/** The style of `text`; two spaces where nothing tells. */
export function styleOf(text: string): Style {
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
  const unit = /\n([ \t]+)["/]/.exec(text)?.[1] ?? '  ';
  return { newline, unit: unit.startsWith('\t') ? '\t' : unit };
}

/** White space at the beginning of the line that `at` is on. */
export function indentAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))![0];
}

/** `value` in one line. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${inline(inner)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** `value` with an object's members each on a line of their own, and short lists on one. `indent`: of the line it is on. */
export function block(value: unknown, indent: string, style: Style): string {
  const inner = indent + style.unit;
  const lines = (open: string, items: string[], close: string) =>
    [open, items.map(item => inner + item).join(`,${style.newline}`), indent + close].join(style.newline);
  if (Array.isArray(value)) {
    const short = inline(value);
    if (short.length <= longestLine && !value.some(isRecord)) return short;
    return lines(
      '[',
      value.map(item => block(item, inner, style)),
      ']',
    );
  }
  if (!isRecord(value) || Object.keys(value).length === 0) return inline(value);
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${block(item, inner, style)}`,
  );
  return lines('{', members, '}');
}

/** Whether `value` fits into a line that is indented by `indent`. */
export function fits(value: unknown, indent: string): boolean {
  return indent.length + inline(value).length <= longestLine;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
