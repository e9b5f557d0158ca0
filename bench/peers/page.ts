import type { Load } from '../lib/load.ts';
import type { PeerResult } from '../peers.ts';

/** `docs/benchmarks.md`, with what was measured, where, and how to measure it again. */
export function page(results: PeerResult[], direct: Load, machine: string): string {
  const date = new Date().toISOString().slice(0, 10);
  const ms = (value?: number) => (value === undefined ? 'never' : `${value.toFixed(0)} ms`);
  const rows = results.map(({ subject, start, hostile, load, memoryMb }) =>
    [
      `${subject.name} ${subject.version}${subject.isBridge ? ' (one server)' : ''}`,
      start.menu === undefined ? '–' : String(start.menu),
      ms(start.list),
      ms(start.call),
      subject.isBridge ? '–' : ms(hostile?.call),
      load === undefined ? '–' : `${load.median.toFixed(2)} ms, ${(load.median / direct.median).toFixed(1)}×`,
      load === undefined ? '–' : `${load.p99.toFixed(1)} ms`,
      load === undefined ? '–' : `${load.throughput.toFixed(0)}/s`,
      memoryMb === undefined ? '–' : `${memoryMb.toFixed(0)} MB`,
    ].join(' | '),
  );
  return `<!-- Written by \`npm run bench -- peers\`. -->
# Beside others

Measured on ${date}, ${machine}. Measure it again with \`npm ci\` in \`bench/others/\`, then:

\`\`\`sh
npm run bench -- peers
npm run generate          # the table of the READMEs
\`\`\`

All get the same servers: four with 36 tools (an echo, and the official everything, filesystem and memory servers); bridges, which
are a floor for what passing on costs, get the echo alone. The client is the official one, over Streamable HTTP (mcp-hub: over SSE, which is what it speaks); the servers are
processes. Starts are the median of five runs from nothing; calls of a small echo are made in interleaved blocks, one after the
other and 16 at once, and compared with a direct call over stdio (${direct.median.toFixed(2)} ms, ${direct.throughput.toFixed(0)}/s). *Beside sick ones*: the same with a server that never
answers, one that ends at once, one with a wrong schema and one that writes what is no message; *never* is 20 s.

| | menu, tokens | first list | first call | first call beside sick ones | a call | p99 | 16 at once | memory |
|---|---|---|---|---|---|---|---|---|
${rows.map(row => `| ${row} |`).join('\n')}

A menu is what a model reads before its first question. That of callmux stays as small with hundreds of tools, that of
MCPX within \`menuTokens\` (800); that of an aggregator grows with every server.
`;
}
