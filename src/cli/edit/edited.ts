import { isSame } from '../../config/diff.ts';
import type { Reloaded } from '../../config/reloads.ts';
import { describedReload } from '../../telemetry/reload-text.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, printError, printJson } from '../print.ts';
import { changeConfig } from './change.ts';

/**
 * Changes the file, says what was done, and has the gateway that runs with it take it over. `more` goes into what is
 * printed as JSON.
 */
export async function edited(
  file: string,
  what: string,
  given: Given,
  edit: (text: string) => string,
  more: Record<string, unknown> = {},
): Promise<number> {
  const { changed, backup, version, reloaded } = await changeConfig(file, { what, edit });
  if (given.values['json']) printJson({ file, changed, version, backup, reloaded, ...more });
  else {
    print(changed ? `${what}: ${file}` : `nothing to change: ${file}`);
    if (reloaded?.ok) print(`running gateway: ${taken(reloaded)}`);
    for (const problem of reloaded?.ok === false ? reloaded.problems : []) printError(problem);
  }
  return exitCodes.ok;
}

/** It may have seen the file change before it was asked. */
function taken({ difference, ms }: Reloaded & { ok: true }): string {
  return isSame(difference) ? 'it has taken this over' : describedReload(difference, ms);
}
