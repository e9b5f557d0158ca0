/** Connections of one pool over time, milliseconds from the start. */
export interface Sizes {
  name: string;
  samples: { at: number; total: number }[];
}

interface Phase {
  from: number;
  to: number;
  /** Calls a second. */
  rate: number;
}

const width = 860;
const height = 320;
const margin = { left: 48, right: 20, top: 40, bottom: 44 };
const colours = ['#2b6cb0', '#2f855a', '#c05621'];

/** An SVG: a step line for each pool over a shade for each phase of the load. */
export function drawSizes(pools: Sizes[], load: Phase[]): string {
  const end = load.at(-1)!.to;
  const most = Math.max(1, ...pools.flatMap(({ samples }) => samples.map(({ total }) => total)));
  const x = (at: number) => margin.left + (Math.min(at, end) / end) * (width - margin.left - margin.right);
  const y = (total: number) =>
    height - margin.bottom - (total / most) * (height - margin.top - margin.bottom);
  const parts = [
    ...load.map(phase => shade(phase, x)),
    ...ticks(most).map(total => row(total, y(total))),
    ...seconds(end).map(at => text(x(at), height - margin.bottom + 18, `${at / 1_000} s`, 'middle')),
    ...pools.map(({ samples }, index) => line(samples, colours[index % colours.length]!, x, y)),
    ...pools.map(({ name }, index) => legend(name, colours[index % colours.length]!, index)),
    text(margin.left, 20, 'connections', 'start'),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#2d3748">
<title>Connections of one server over time, by isolation</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

function shade({ from, to, rate }: Phase, x: (at: number) => number): string {
  const depth = rate >= 5 ? '#edf2f7' : '#f9fafb';
  const box = `<rect x="${x(from)}" y="${margin.top}" width="${x(to) - x(from)}" height="${height - margin.top - margin.bottom}" fill="${depth}"/>`;
  return box + text((x(from) + x(to)) / 2, margin.top + 16, `${rate} calls/s`, 'middle');
}

function line(
  samples: Sizes['samples'],
  colour: string,
  x: (at: number) => number,
  y: (total: number) => number,
): string {
  const corners = samples.map(({ at, total }, index) => {
    const before = samples[index - 1]?.total ?? total;
    return `${x(at).toFixed(1)},${y(before).toFixed(1)} ${x(at).toFixed(1)},${y(total).toFixed(1)}`;
  });
  return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${corners.join(' ')}"/>`;
}

function row(total: number, at: number): string {
  const rule = `<line x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}" stroke="#cbd5e0" stroke-width="0.5"/>`;
  return rule + text(margin.left - 8, at + 4, String(total), 'end');
}

function legend(name: string, colour: string, index: number): string {
  const left = 200 + index * 110;
  const swatch = `<rect x="${left}" y="11" width="16" height="4" fill="${colour}"/>`;
  return swatch + text(left + 22, 20, name, 'start');
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}

/** A few whole numbers from 0 to `most`. */
function ticks(most: number): number[] {
  const step = Math.max(1, Math.ceil(most / 6));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

function seconds(end: number): number[] {
  return Array.from({ length: Math.floor(end / 6_000) + 1 }, (_, index) => index * 6_000);
}
