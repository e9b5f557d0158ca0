/** The kinds of value that settings have. */
import * as z from 'zod/mini';

/** The longest time that a timer of Node can wait. */
export const longestMs = 2_147_483_647;

export const wholeNumber = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));
export const milliseconds = (least = 1) => wholeNumber(least, longestMs);
export const filled = () => z.string().check(z.minLength(1));
export const names = () => z.array(filled());
/** Values by name; any name of 1 to 300 characters. */
export const dictionary = <T extends z.core.$ZodType>(value: T) =>
  z.record(z.string().check(z.minLength(1), z.maxLength(300)), value);

/** A string; numbers and booleans are taken as their text, since other clients take them so. */
export const text = () =>
  z.pipe(
    z.union([z.string(), z.number(), z.boolean()], 'a string'),
    z.transform(value => String(value)),
  );

/** An address of the web, or a string with references in it, which is checked once they are resolved. */
export const address = () =>
  z.string().check(
    z.refine(value => value.includes('${') || isWebAddress(value), {
      error: 'is no http or https address; expected one such as "https://example.com/mcp"',
    }),
  );

/** Whether `value` is an absolute http or https URL. */
export function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
