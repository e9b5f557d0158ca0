import type { Load } from './load.ts';

/** A table of loads, the first one being what the others are compared with. */
export function printLoads(title: string, loads: Map<string, Load>): void {
  const [first] = loads.values();
  const rows = [...loads].map(([name, { median, p99, throughput }]) => [
    name,
    `${median.toFixed(3)} ms`,
    `${p99.toFixed(3)} ms`,
    `${throughput.toFixed(0)}/s`,
    `${(median / first!.median).toFixed(2)}×`,
    `${(p99 / first!.p99).toFixed(2)}×`,
    `${(throughput / first!.throughput).toFixed(2)}×`,
  ]);
  console.log(title);
  printTable([['path', 'median', 'p99', '32 at once', 'median', 'p99', 'throughput'], ...rows]);
}

export function printTable(rows: string[][]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  for (const row of rows)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`);
}
