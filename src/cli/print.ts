import { markedNumbers, withoutMarks } from '../exact.ts';
import { harmless } from '../harmless.ts';
import { redacted } from '../secrets.ts';

/** To stdout, harmless on a terminal; to a pipe as it is. */
export function print(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? harmless(text) : text}\n`);
}

/** Numbers as they came. */
export function printJson(value: unknown): void {
  process.stdout.write(`${withoutMarks(JSON.stringify(markedNumbers(value), null, 2))}\n`);
}

/** To stderr, as it is: what a person reads while a command goes on. */
export function tell(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** To stderr, as a complaint, without secrets. */
export function printError(text: string): void {
  process.stderr.write(`mcpx: ${redacted(harmless(text))}\n`);
}
