/** Questions to the person at the terminal. */
import { McpxError } from '../../errors.ts';
import { harmless } from '../../harmless.ts';
import type { Given } from '../command.ts';

/** Whether somebody is there who can be asked. */
export function canAsk({ values }: Given): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true && values['json'] !== true;
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

/** What of `choices` is wanted; `initial`: what is ticked at first. Throws CALL_CANCELLED when the person stops. */
export async function pickMany(message: string, choices: Choice[], initial: string[]): Promise<string[]> {
  const { multiselect, isCancel } = await import('@clack/prompts');
  const picked = await multiselect({
    message,
    options: shown(choices),
    initialValues: initial,
    required: false,
  });
  return isCancel(picked) ? cancelled() : picked;
}

export async function pickOne(message: string, choices: Choice[]): Promise<string> {
  const { select, isCancel } = await import('@clack/prompts');
  const picked = await select({ message, options: shown(choices) });
  return isCancel(picked) ? cancelled() : picked;
}

export async function confirmed(message: string, initialValue = false): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: harmless(message), initialValue });
  return isCancel(answer) ? cancelled() : answer;
}

/** What is chosen from was written by others. */
function shown(choices: Choice[]): Choice[] {
  return choices.map(({ value, label, hint }) => ({
    value,
    label: harmless(label),
    ...(hint && { hint: harmless(hint) }),
  }));
}

function cancelled(): never {
  throw new McpxError('CALL_CANCELLED', 'stopped; nothing was changed.');
}
