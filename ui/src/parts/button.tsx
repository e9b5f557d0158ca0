import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classes } from './class-names.ts';

const looks = {
  plain: 'border-line-strong bg-panel hover:bg-hover text-ink',
  primary: 'border-transparent bg-accent text-on-accent hover:opacity-90',
  danger: 'border-bad bg-panel text-bad hover:bg-bad-ground',
  quiet: 'border-transparent text-ink-soft hover:bg-hover hover:text-ink',
};

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks;
  icon?: LucideIcon;
  /** It is at work: it can't be pressed, and says so. */
  busy?: boolean;
}

/** A button; one that has only an icon needs an `aria-label`. */
export function Button({
  look = 'plain',
  icon: Icon,
  busy = false,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
      className={classes(
        'inline-flex min-h-7 shrink-0 items-center justify-center gap-1.5 rounded-md border px-2.5 py-1 font-medium whitespace-nowrap',
        'transition-colors disabled:cursor-not-allowed disabled:opacity-50',
        children === undefined && 'min-w-7 px-1.5',
        looks[look],
        className,
      )}
    >
      {Icon && <Icon size={14} aria-hidden className={classes(busy && 'animate-spin')} />}
      {children}
    </button>
  );
}
