/** Settings without what may be secret: literal values that would better be references. */
import { isObject } from '../json.ts';
import { isSecretName, redactedBy } from '../secrets.ts';

/** What to put in the place of a literal value that may be secret; `path`: the names that lead to it. */
type Substitute = (value: string, path: readonly string[]) => string;

/** Where names are those of servers, whatever else they may mean. */
const serverSections: ReadonlySet<string> = new Set(['mcpServers', 'servers']);
/** All values of these may be secret. */
const secretGroups: ReadonlySet<string> = new Set(['env', 'headers', 'keys']);
const secretName = /(secret|password|passwd|passphrase|token|(api|access|private)_?-?key|credential)/i;
const secretOption = /^--?[\w-]*(secret|password|token|key|credential)[\w-]*$/i;
const headerOption = /^(--header|-H)$/;
const scheme = /^(Bearer|Basic|Token)$/i;

/** `settings` as they may be shown to others. References stay: they say nothing. So do hashes of keys. */
export function maskedSettings(settings: Record<string, unknown>): Record<string, unknown> {
  return withSubstitutes(settings, () => '***');
}

/** `settings` with `substitute` for each literal value that may be secret, and for what stands around references. */
export function withSubstitutes(
  settings: Record<string, unknown>,
  substitute: Substitute,
  path: readonly string[] = [],
): Record<string, unknown> {
  const inner = (name: string, value: unknown): unknown => {
    const here = [...path, name];
    if (name === 'args' && Array.isArray(value))
      return value.map((arg, index) => ofArg(arg, value[index - 1], substitute, here));
    if (Array.isArray(value)) return value.map(item => inner(name, item));
    if (isObject(value)) {
      return secretGroups.has(name) && !serverSections.has(path.at(-1) ?? '')
        ? mapped(value, (key, each) => ofText(String(each), substitute, [...here, key]))
        : withSubstitutes(value, substitute, here);
    }
    if (typeof value !== 'string') return value;
    return secretName.test(name) ? ofText(value, substitute, here) : ofAddress(value, substitute, here);
  };
  return mapped(settings, inner);
}

function mapped(
  record: Record<string, unknown>,
  change: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
}

function ofArg(arg: unknown, before: unknown, substitute: Substitute, path: string[]): unknown {
  if (typeof arg !== 'string') return arg;
  const named = (option: string) => [...path, option.replace(/^-+/, '')];
  if (typeof before === 'string' && secretOption.test(before) && !arg.startsWith('-'))
    return ofText(arg, substitute, named(before));
  if (typeof before === 'string' && headerOption.test(before)) return ofHeader(arg, substitute, path);
  const [, option, value] = /^([\w-]+)=(.*)$/s.exec(arg) ?? [];
  if (option === undefined || value === undefined) return ofOther(arg, substitute, path);
  if (headerOption.test(option)) return `${option}=${ofHeader(value, substitute, path)}`;
  const isSecret = secretOption.test(option) || isSecretName(option);
  return `${option}=${(isSecret ? ofText : ofOther)(value, substitute, named(option))}`;
}

/** `Name: value`; nobody knows which headers are secret. */
function ofHeader(header: string, substitute: Substitute, path: string[]): string {
  const [, start, name, value] = /^(\s*([\w-]+)\s*:\s*)(.*)$/s.exec(header) ?? [];
  if (start === undefined) return ofText(header, substitute, [...path, 'header']);
  return `${start}${ofText(value!, substitute, [...path, 'header', name!])}`;
}

/** An address, or what looks like a secret anywhere. */
function ofOther(arg: string, substitute: Substitute, path: string[]): string {
  const address = ofAddress(arg, substitute, path);
  if (address !== arg || /\$\{/.test(arg)) return address;
  return redactedBy(arg, secret => substitute(secret, [...path, 'secret']));
}

/** Only the references of `value`, and what is around them that is no secret, such as `Bearer`. */
function ofText(value: string, substitute: Substitute, path: string[]): string {
  if (/^sha256:/.test(value)) return value;
  if (!/\$\{[^}]*\}/.test(value)) {
    const [, name, secret] = /^(\S+) +(\S+)$/.exec(value) ?? [];
    return name !== undefined && scheme.test(name)
      ? `${name} ${substitute(secret!, path)}`
      : substitute(value, path);
  }
  return value.replace(/(\$\{[^}]*\})|([^\s$]+)/g, (part, reference) =>
    reference !== undefined || scheme.test(part)
      ? withoutDefault(part, substitute, path)
      : substitute(part, path),
  );
}

/** What stands in a reference for the case that it does not resolve is a value like any other. */
function withoutDefault(reference: string, substitute: Substitute, path: string[]): string {
  return reference.replace(/:-([^}]+)\}$/, (_, value) => `:-${substitute(value, path)}}`);
}

/** A web address without its password and the values in its query; any other text as it is. */
function ofAddress(text: string, substitute: Substitute, path: string[]): string {
  if (!/^\w+:\/\//.test(text)) return text;
  return text
    .replace(
      /^(\w+:\/\/)([^/@\s]*)@/,
      (_, start, login) => `${start}${substitute(login, [...path, 'login'])}@`,
    )
    .replace(/([?&])([^=&#]*)=([^&#]*)/g, (whole, start, name, value) =>
      /^\$\{[^}]*\}$/.test(value) ? whole : `${start}${name}=${substitute(value, [...path, name])}`,
    );
}
