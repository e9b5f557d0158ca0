/** What this process must never show, and how it is taken out of what it does show. */

const mark = '[secret]';

/** Shorter values, such as "true" or "info", are no secrets but words. */
const shortest = 8;
/** Tokens are renewed again and again; the oldest are forgotten. */
const most = 10_000;

const known = new Set<string>();
let pattern: RegExp | undefined;

/** From now on these values, which came from the environment, files, headers or tokens, are taken out of every text. */
export function learnSecrets(values: Iterable<string>): void {
  for (const value of values) {
    if (value.length < shortest || known.has(value)) continue;
    known.add(value);
    pattern = undefined;
  }
  for (const oldest of known) {
    if (known.size <= most) break;
    known.delete(oldest);
  }
}

/** `text` without the secrets that are known: for what a server wrote or a library threw. */
export function withoutSecrets(text: string): string {
  if (known.size === 0) return text;
  pattern ??= patternOf(known);
  return text.replace(pattern, mark);
}

/** `text` without these, which nobody need know but who asks. */
export function withoutThese(text: string, secrets: readonly string[]): string {
  const long = secrets.filter(({ length }) => length >= shortest);
  return long.length === 0 ? text : text.replace(patternOf(long), mark);
}

function patternOf(secrets: Iterable<string>): RegExp {
  return new RegExp([...secrets].flatMap(forms).sort(longestFirst).map(escaped).join('|'), 'g');
}

/** The same, and without whatever looks like a secret: for logs and all else that is kept or sent away. */
export function redacted(text: string): string {
  return redactedBy(withoutSecrets(text), () => mark);
}

/** `text` with something else in the place of whatever looks like a secret. */
export function redactedBy(text: string, substitute: (secret: string) => string): string {
  return text.replace(suspicious, (whole: string, scheme, address, query, quoted, bare) => {
    const start: string = scheme ?? address ?? query ?? quoted ?? bare ?? '';
    return start + substitute(whole.slice(start.length));
  });
}

/** Whether the value under such a name is nobody's business. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

const names =
  'passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|credential|cookie';
const secretName = new RegExp(`(?:${names})s?$`, 'i');

/** Forms that tokens have, and places where secrets stand; what is in brackets stays. Linear in the length of the text. */
const suspicious = new RegExp(
  [
    '-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^"]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$|(?="))',
    '\\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{12,}',
    '\\b(?:gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|hf_|npm_|AKIA|AIza|ya29\\.)[A-Za-z0-9_.-]{16,}',
    '\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*',
    '(\\b(?:Bearer|Basic) +)[A-Za-z0-9._~+/=-]{16,}',
    '(://)[^\\s/:@"]{0,200}:[^\\s/@"]{1,200}(?=@)',
    `((?:${names}|[?&;](?:key|sig|signature|code))=)[^&\\s"'#;]+`,
    `((?:${names})s?\\\\*["']?\\s{0,3}[:=]\\s{0,3}\\\\*["'])[^"'\\\\]+`,
    `((?:${names})s?\\s{0,3}[:=]\\s{0,3})(?=[^\\s"',;]{0,100}\\d)[^\\s"',;]{8,}`,
  ].join('|'),
  'gi',
);

/** How a secret may stand in a text: as it is, inside JSON, in an address. */
function forms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, encoded(secret)])];
}

function encoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // half a character cannot be encoded
  }
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
