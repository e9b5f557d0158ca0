/** Rows as lines whose columns are in line; those of `right` end in line. */
export function table(rows: string[][], { right = [] }: { right?: number[] } = {}): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => widthOf(row[column]!))));
  return rows
    .map(row => {
      const cells = row.map((cell, column) => {
        const space = ' '.repeat(widths[column]! - widthOf(cell));
        return right.includes(column) ? space + cell : cell + space;
      });
      return cells.join('  ').trimEnd();
    })
    .join('\n');
}

/** Columns that a text takes on a terminal, where the scripts of East Asia take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}

const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Extended_Pictographic}\uff01-\uff60]/u;

/** A whole number for people: 12,345. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

export function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : ((100 * part) / whole).toFixed(1)} %`;
}
