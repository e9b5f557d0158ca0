const mark = '[secret]';

/** Shorter ones, such as "true" or "info", are no secrets but words. */
const shortest = 8;

/** Takes the values that came from the configuration's secrets out of text that a server wrote or a library threw. */
export type Redact = (text: string) => string;

export function redactor(secrets: string[]): Redact {
  const longestFirst = [...new Set(secrets)]
    .filter(({ length }) => length >= shortest)
    .sort((a, b) => b.length - a.length);
  return text => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, mark), text);
}
