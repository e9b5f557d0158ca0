import type { ServerEntry } from '../config/change.ts';
import { serversIn } from '../config/change.ts';
import { check } from '../config/check.ts';
import { parseDocument } from '../config/document.ts';
import { type Effective, effective } from '../config/effective.ts';
import type { ConfigFile } from '../config/file.ts';
import { isObject } from '../json.ts';

/** What stands in the file now. */
export interface Loaded {
  text: string;
  version: string;
  /** The servers, as they stand there. */
  own: Map<string, ServerEntry>;
  /** With all defaults; undefined where the file has errors. */
  effective?: Effective;
}

/** Throws CONFIG_INVALID when the file cannot be read. */
export async function loadedOf(file: ConfigFile): Promise<Loaded> {
  const { text, version } = await file.read();
  const document = parseDocument(file.path, text);
  const isSound = check(document).errors.length === 0;
  return {
    text,
    version,
    own: new Map([...serversIn(text)].filter(([, entry]) => isObject(entry))),
    ...(isSound && { effective: effective(document) }),
  };
}
