/** Secrets of a server that is taken over, moved out of it. */
import type { ServerEntry } from '../config/change.ts';
import { withSubstitutes } from '../config/masked.ts';
import { isSecretName, redacted } from '../secrets.ts';
import { variableName } from './dialects.ts';

export interface Referring {
  entry: ServerEntry;
  /** The variables that have to be set now: name to value. */
  variables: Map<string, string>;
}

/** `entry` with a reference such as `${env:GITHUB_TOKEN}` in place of each secret. `taken`: variables of other servers. */
export function withReferences(
  server: string,
  entry: ServerEntry,
  taken: ReadonlyMap<string, string> = new Map(),
): Referring {
  const variables = new Map<string, string>();
  const nameFor = (value: string, path: readonly string[]) => {
    const last = path.at(-1)!;
    const own = path[0] === 'env' ? [last] : [];
    const base = variableName(`${server}_${last}`);
    const known = (name: string) => variables.get(name) ?? taken.get(name);
    for (const name of [...own, base]) if ((known(name) ?? value) === value) return name;
    for (let number = 2; ; number++)
      if ((known(`${base}_${number}`) ?? value) === value) return `${base}_${number}`;
  };
  const substitute = (value: string, path: readonly string[]) => {
    if (!isSecret(value, path)) return value;
    const name = nameFor(value, path);
    variables.set(name, value);
    return `\${env:${name}}`;
  };
  return { entry: withSubstitutes(entry, substitute), variables };
}

const telling = /(key|token|secret|passw|credential|signature|cookie|login|auth)/i;

function isSecret(value: string, path: readonly string[]): boolean {
  const name = path.at(-1)!;
  return (
    value !== '' &&
    (telling.test(name) || path.at(-2) === 'header' || isSecretName(name) || redacted(value) !== value)
  );
}
