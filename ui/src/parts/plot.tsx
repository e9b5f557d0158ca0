import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import { useTheme } from '../app/theme.ts';
import { common } from '../words/common.ts';
import { type Format, useFormat } from '../words/format.ts';
import { useLanguage, useWords } from '../words/language.ts';

export interface ChartProps {
  /** What is shown, for those who do not see it. */
  label: string;
  /** Epoch milliseconds. */
  times: number[];
  lines: Line[];
  /** How values are written. */
  format: (value: number) => string;
  /** In pixels. */
  height?: number;
}

interface Line {
  name: string;
  color: 'accent' | 'good' | 'warn' | 'bad' | 'ink-soft';
  /** Null: there was none. */
  values: (number | null)[];
}

const dayMs = 86_400_000;

/** Drawn by uPlot on a canvas; the colours are those of the theme. */
export default function Plot(props: ChartProps) {
  const { label, times, lines, height = 180 } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const format = useFormat();
  const { time } = useWords(common);
  const look = [useTheme(), useLanguage(), height, ...lines.map(({ name }) => name)].join();
  const data = [times.map(each => each / 1_000), ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const dataId = JSON.stringify(data);
  const latest = useRef({ ...props, data, words: format, time });
  latest.current = { ...props, data, words: format, time };

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew only when it looks different
  useEffect(() => {
    const element = place.current!;
    const made = new uPlot(optionsFor(element, height, latest.current), latest.current.data, element);
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
    };
  }, [look]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are other values
  useEffect(() => plot.current?.setData(latest.current.data), [dataId]);

  return <div ref={place} role="img" aria-label={label} className="plot min-w-0" />;
}

type Latest = ChartProps & { data: uPlot.AlignedData; words: Format; time: string };

function optionsFor(
  element: HTMLElement,
  height: number,
  { times, lines, format, words, time }: Latest,
): uPlot.Options {
  const color = (name: string) => colorOf(element, `var(--${name})`);
  const axis = {
    stroke: color('ink-soft'),
    grid: { stroke: color('line'), width: 1 },
    ticks: { show: false },
  };
  const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) > 2 * dayMs;
  const timeOf = isLong ? words.day : words.hour;
  return {
    width: element.clientWidth,
    height,
    cursor: { y: false },
    axes: [
      { ...axis, values: (_, seconds) => seconds.map(each => timeOf(each * 1_000)) },
      { ...axis, size: 60, values: (_, values) => values.map(format) },
    ],
    series: [
      { label: time, value: (_, seconds) => (seconds === null ? '–' : words.moment(seconds * 1_000)) },
      ...lines.map(
        ({ name, color: wanted, values }): uPlot.Series => ({
          label: name,
          stroke: color(wanted),
          width: 1.5,
          spanGaps: true,
          points: { show: values.includes(null), size: 4, fill: color(wanted) },
          value: (_, value) => (value === null ? '–' : format(value)),
        }),
      ),
    ],
    scales: { y: { range: (_, least, most) => [Math.min(0, least ?? 0), Math.max(most ?? 1, 1)] } },
  };
}

/** A colour of the theme as a canvas takes it. */
function colorOf(element: HTMLElement, value: string): string {
  const before = element.style.color;
  element.style.color = value;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}
