import { McpxError } from '../errors.ts';

/** Items on one page: nobody who lists at all pays for less than a page, and few servers have more. */
const pageSize = 1_000;

/** The page of `all` at `cursor`, the first without one, and the cursor of the next. Throws BAD_CURSOR. */
export function pageOf<T>(all: T[], cursor: unknown): { items: T[]; nextCursor?: string } {
  const start = startOf(cursor, all.length);
  const end = start + pageSize;
  return { items: all.slice(start, end), ...(end < all.length && { nextCursor: String(end) }) };
}

function startOf(cursor: unknown, length: number): number {
  if (cursor === undefined || cursor === '') return 0;
  const start = typeof cursor === 'string' && /^[1-9]\d{0,6}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (start < length) return start;
  throw new McpxError(
    'BAD_CURSOR',
    `there is no page at cursor ${JSON.stringify(String(cursor).slice(0, 50))}.`,
  );
}
