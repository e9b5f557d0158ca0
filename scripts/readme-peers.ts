/** What of docs/benchmarks.md the READMEs show: where it was measured, and most columns of its table. */
const left = 'p99';

/** `readme` with what `benchmarks` says between its two marks; the head of its table stays, in its own language. */
export function withPeers(readme: string, benchmarks: string): string {
  const [, date, machine] = /^Measured on (\S+), (.+?)\. Measure /m.exec(benchmarks)!;
  const [head, , ...rows] = benchmarks.split('\n').filter(line => line.startsWith('|'));
  const index = cellsOf(head!).indexOf(left);
  const kept = rows.map(row => `| ${cellsOf(row).toSpliced(index, 1).join(' | ')} |`);
  return readme.replace(
    /(<!-- peers -->\n)[^|]*(\|.*\n\|.*\n)[\s\S]*?(<!-- \/peers -->)/,
    (_, begin: string, ownHead: string, end: string) =>
      `${begin}${date} · ${machine} · \`npm run bench -- peers\`\n\n${ownHead}${kept.join('\n')}\n${end}`,
  );
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim());
}
