import { McpxError } from '../errors.ts';

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time such as `90s`, `15m`, `1h` or `7d` in milliseconds. Throws USAGE. */
export function millisecondsIn(span: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(span) ?? [];
  if (count !== undefined) return Number(count) * units[unit!]!;
  throw new McpxError('USAGE', `"${span}" is no time; it is a number and s, m, h or d, such as 90m or 7d.`);
}
