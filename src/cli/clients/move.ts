import type { Candidate } from '../../clients/candidates.ts';
import { withEnabled } from '../../config/change.ts';
import type { Given } from '../command.ts';
import { changeConfig } from '../edit/change.ts';
import { type TakenOver, takenOver, withTakenOver } from './take-over.ts';

/**
 * Writes servers into our configuration, and has a running gateway take them over. They are switched on, those that
 * stand there already as well, unless their client had them off.
 */
export async function moveServers(file: string, moved: Candidate[], given: Given): Promise<TakenOver> {
  const secretsToEnv = given.values['secrets-to-env'] === true;
  const known = moved.filter(({ state, entry }) => state === 'same' && entry['enabled'] !== false);
  const taken = takenOver(
    moved.filter(({ state }) => state !== 'same'),
    { enabled: true, secretsToEnv },
  );
  if (moved.length === 0) return taken;
  const names = moved.map(({ name }) => name).join(', ');
  await changeConfig(file, {
    what: `moved ${names} from another client`,
    edit: text =>
      known.reduce(
        (left, { name }) => withEnabled(left, name, true),
        withTakenOver(text, taken.entries, true),
      ),
  });
  return taken;
}
