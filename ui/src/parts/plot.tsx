import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import { useTheme } from '../app/theme.ts';
import { useLanguage } from '../words/language.ts';

export interface ChartProps {
  /** What is shown, for those who do not see it. */
  label: string;
  /** Epoch milliseconds. */
  times: number[];
  lines: {
    name: string;
    color: 'accent' | 'good' | 'warn' | 'bad' | 'ink-soft';
    values: (number | null)[];
  }[];
  /** How values are written at the axis. */
  format: (value: number) => string;
  /** In pixels. */
  height?: number;
}

/** Drawn by uPlot on a canvas; the colours are those of the theme. */
export default function Plot({ label, times, lines, format, height = 180 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const language = useLanguage();
  const shape = JSON.stringify([lines.map(({ name, color }) => [name, color]), theme, language, height]);
  const plot = useRef<uPlot>(undefined);
  const data = [times.map(time => time / 1_000), ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const latest = useRef({ data, lines, format });
  latest.current = { data, lines, format };

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew only when the shape is another one
  useEffect(() => {
    const element = place.current!;
    const color = (name: string) => colorOf(element, `var(--${name})`);
    const axis = {
      stroke: color('ink-soft'),
      grid: { stroke: color('line'), width: 1 },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { y: false },
        legend: { live: true },
        axes: [
          axis,
          { ...axis, size: 60, values: (_, values) => values.map(value => latest.current.format(value)) },
        ],
        series: [
          {},
          ...latest.current.lines.map(({ name, color: wanted }) => ({
            label: name,
            stroke: color(wanted),
            width: 1.5,
            points: { show: false },
            value: (_: uPlot, value: number | null) => (value === null ? '–' : latest.current.format(value)),
          })),
        ],
        scales: { y: { range: (_, least, most) => [Math.min(0, least), Math.max(most, 1)] } },
      },
      latest.current.data,
      element,
    );
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
    };
  }, [shape]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are other values
  useEffect(() => plot.current?.setData(latest.current.data), [JSON.stringify(data)]);

  return <div ref={place} role="img" aria-label={label} className="plot min-w-0" />;
}

/** A colour of the theme as a canvas takes it. */
function colorOf(element: HTMLElement, value: string): string {
  const before = element.style.color;
  element.style.color = value;
  const color = getComputedStyle(element).color;
  element.style.color = before;
  return color;
}
