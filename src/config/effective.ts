/** A configuration with its defaults filled in and its references as they stand. */
import { serverSections } from './check.ts';
import type { Document } from './document.ts';
import { ownNames, withPythonKeys } from './foreign.ts';
import { entries, plain } from './plain.ts';
import { gateway as gatewaySettings } from './schema.ts';
import { settingsOf } from './server.ts';

type Plain = Record<string, unknown>;

export interface Effective {
  mcpServers: Record<string, Plain>;
  gateway: Plain;
}

/** Every setting that holds; `document` must be without errors. */
export function effective(document: Document): Effective {
  const root = (plain(document.root) ?? {}) as Plain;
  const defaults = withPythonKeys(root);
  const servers = serverSections.flatMap(section =>
    entries(root[section] as Record<string, Plain> | undefined).map(
      ([name, own]) => [name, settingsOf(defaults, ownNames(own))] as const,
    ),
  );
  return { mcpServers: Object.fromEntries(servers), gateway: gatewaySettings.parse(root['gateway'] ?? {}) };
}
