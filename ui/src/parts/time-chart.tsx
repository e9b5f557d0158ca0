import { lazy, Suspense } from 'react';
import { Waiting } from './answer.tsx';
import type { ChartProps } from './plot.tsx';

const Plot = lazy(() => import('./plot.tsx'));

/** Values over time as lines; the library that draws them is loaded when the first one is shown. */
export function TimeChart(props: ChartProps) {
  return (
    <Suspense fallback={<Waiting />}>
      <Plot {...props} />
    </Suspense>
  );
}
