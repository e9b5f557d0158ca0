/** Settings without what may be secret: literal values that would better be references. */

/** Stands for what is not shown. */
const mask = '***';

/** All values of these may be secret. */
const secretGroups: ReadonlySet<string> = new Set(['env', 'headers', 'keys']);
const secretName = /(secret|password|passwd|token|api_?-?key|credential)/i;
const secretOption = /^--?[\w-]*(secret|password|token|key|credential)[\w-]*$/i;

/** `settings` as they may be shown to others. References stay: they say nothing. So do hashes of keys. */
export function maskedSettings(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, shown(name, value)]));
}

function shown(name: string, value: unknown): unknown {
  if (name === 'args' && Array.isArray(value))
    return value.map((arg, index) => shownArg(arg, value[index - 1]));
  if (Array.isArray(value)) return value.map(item => shown(name, item));
  if (isRecord(value)) return secretGroups.has(name) ? maskedValues(value) : maskedSettings(value);
  if (typeof value !== 'string') return value;
  return secretName.test(name) ? maskedText(value) : maskedAddress(value);
}

function shownArg(arg: unknown, before: unknown): unknown {
  const text = String(arg);
  if (typeof before === 'string' && secretOption.test(before) && !text.startsWith('-'))
    return maskedText(text);
  const [option, ...rest] = text.split('=');
  if (rest.length > 0 && secretOption.test(option!)) return `${option}=${maskedText(rest.join('='))}`;
  return typeof arg === 'string' ? maskedAddress(arg) : arg;
}

function maskedValues(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, maskedText(String(value))]));
}

/** Only the references of `value`, and what is around them that is no secret, such as `Bearer`. */
function maskedText(value: string): string {
  if (/^sha256:/.test(value)) return value;
  if (!/\$\{[^}]*\}/.test(value)) return mask;
  return value.replace(/(\$\{[^}]*\})|([^\s$]+)/g, (part, reference) =>
    reference !== undefined || /^(Bearer|Basic|Token)$/i.test(part) ? withoutDefault(part) : mask,
  );
}

/** What stands in a reference for the case that it does not resolve is a value like any other. */
function withoutDefault(reference: string): string {
  return reference.replace(/:-[^}]+\}$/, `:-${mask}}`);
}

/** A web address without its password and the values in its query; any other text as it is. */
function maskedAddress(text: string): string {
  if (!/^\w+:\/\//.test(text)) return text;
  return text
    .replace(/^(\w+:\/\/)[^/@\s]*@/, (_, scheme) => `${scheme}${mask}@`)
    .replace(/([?&][^=&#]*=)([^&#]*)/g, (whole, name, value) =>
      /^\$\{[^}]*\}$/.test(value) ? whole : `${name}${mask}`,
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
