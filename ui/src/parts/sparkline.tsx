const size = { width: 96, height: 22 };

/** Values over time, as small as a word. `label` says in words what is shown. */
export function Sparkline({ values, bad, label }: { values: number[]; bad?: number[]; label: string }) {
  const most = Math.max(1, ...values);
  const step = size.width / Math.max(1, values.length);
  const bar = (value: number, index: number, color: string) => {
    if (value === 0) return null;
    const height = Math.max(1.5, (value / most) * size.height);
    return (
      <rect
        key={`${color}${index}`}
        x={index * step}
        y={size.height - height}
        width={Math.max(1, step - 0.5)}
        height={height}
        className={color}
      />
    );
  };
  return (
    <svg role="img" aria-label={label} width={size.width} height={size.height} className="block shrink-0">
      <line x1={0} x2={size.width} y1={size.height - 0.5} y2={size.height - 0.5} className="stroke-line" />
      {values.map((value, index) => bar(value, index, 'fill-accent'))}
      {bad?.map((value, index) => bar(value, index, 'fill-bad'))}
    </svg>
  );
}
