/** What any value costs in memory, in bytes, beside the characters of its text. */
const perValue = 16;

/**
 * About how many bytes of memory a value that came from JSON takes; never looks much further than `most`, so that a huge
 * one costs no more than a large one.
 */
export function sizeOf(value: unknown, most: number): number {
  const pending: unknown[] = [value];
  let size = 0;
  while (pending.length > 0 && size <= most) {
    const next = pending.pop();
    size += perValue;
    if (typeof next === 'string') size += 2 * next.length;
    else if (Array.isArray(next)) {
      size += perValue * next.length;
      if (size <= most) for (const item of next) pending.push(item);
    } else if (typeof next === 'object' && next !== null) {
      for (const key in next) {
        size += 2 * key.length;
        pending.push((next as Record<string, unknown>)[key]);
        if (size > most) break;
      }
    }
  }
  return size;
}
