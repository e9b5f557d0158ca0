/** Candidates made ready to be written into our configuration. */
import type { Candidate } from '../../clients/candidates.ts';
import { withReferences } from '../../clients/references.ts';
import { type ServerEntry, serversIn, withServer } from '../../config/change.ts';
import { currentEnvironment } from '../../config/environment.ts';
import { ConfigFile } from '../../config/file.ts';
import { stateFolder } from '../../config/locate.ts';
import { learnSecrets } from '../../secrets.ts';

export interface TakenOver {
  /** As they are written: name to settings. */
  entries: Map<string, ServerEntry>;
  /** What has to be set in the environment of MCPX: the variable, and where its value stands now. */
  variables: Map<string, string>;
}

/** `enabled`: whether they are switched on; what its client had switched off stays so. */
export function takenOver(
  candidates: Candidate[],
  { enabled, secretsToEnv }: { enabled: boolean; secretsToEnv: boolean },
): TakenOver {
  const entries = new Map<string, ServerEntry>();
  const variables = new Map<string, string>();
  const values = new Map<string, string>();
  for (const { name, entry, from } of candidates) {
    const moved = secretsToEnv ? withReferences(name, entry, values) : { entry, variables: new Map() };
    for (const [variable, value] of moved.variables) {
      values.set(variable, value);
      variables.set(variable, from[0]!.file);
    }
    const { enabled: own, ...rest } = moved.entry;
    entries.set(name, enabled && own !== false ? rest : { ...rest, enabled: false });
  }
  learnSecrets(values.values());
  return { entries, variables };
}

/** `text` with them. */
export function withTakenOver(
  text: string,
  entries: ReadonlyMap<string, ServerEntry>,
  replace: boolean,
): string {
  return [...entries].reduce((left, [name, entry]) => withServer(left, name, entry, replace), text);
}

/** The servers that are configured in `file`; none when it is not there. */
export async function configured(file: string): Promise<Map<string, ServerEntry>> {
  const { text } = await new ConfigFile(file, stateFolder(currentEnvironment())).read();
  return serversIn(text);
}

/** How to set the variables, without their values. */
export function toSet(variables: ReadonlyMap<string, string>): string[] {
  if (variables.size === 0) return [];
  const lines = [...variables].map(([name, file]) => `  ${name}   (its value is in ${file})`);
  return ['Set in the environment in which MCPX starts:', ...lines];
}
