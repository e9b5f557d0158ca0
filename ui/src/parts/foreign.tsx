import { visible } from '../words/visible.ts';
import { classes } from './class-names.ts';

/** Text that servers, tools or clients said: shown as text, its control characters visible, its direction its own. */
export function Foreign({
  children,
  mono = false,
  className,
}: {
  children: string;
  mono?: boolean;
  className?: string;
}) {
  return <bdi className={classes('foreign', mono && 'font-mono', className)}>{visible(children)}</bdi>;
}
