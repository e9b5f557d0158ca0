import { Search } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './class-names.ts';

const inputLook =
  'min-h-7 min-w-0 rounded-md border border-line-strong bg-panel px-2 py-1 text-ink disabled:opacity-60 aria-invalid:border-bad';

interface FieldProps {
  name: ReactNode;
  /** Below: what it is for. */
  note?: ReactNode;
  /** Below: what is wrong with it. */
  wrong?: string;
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode;
}

/** Something to fill in, with its name and what is to be known about it. */
export function Field({ name, note, wrong, children }: FieldProps) {
  const id = useId();
  const noteId = note !== undefined || wrong !== undefined ? `${id}-note` : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {name}
      </label>
      {children({
        id,
        ...(noteId !== undefined && { 'aria-describedby': noteId }),
        ...(wrong !== undefined && { 'aria-invalid': true }),
      })}
      {noteId !== undefined && (
        <div id={noteId} className="text-xs text-ink-soft">
          {wrong !== undefined && <span className="block text-bad">{wrong}</span>}
          {note}
        </div>
      )}
    </div>
  );
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={classes(inputLook, 'w-full', className)}
    />
  );
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea spellCheck={false} {...rest} className={classes(inputLook, 'w-full font-mono', className)} />
  );
}

interface ChoiceProps extends Omit<ComponentProps<'select'>, 'onChange' | 'value'> {
  value: string;
  options: readonly (readonly [value: string, name: string])[];
  onChoose: (value: string) => void;
}

/** One of several; the browser's own list, which works everywhere and with every keyboard. */
export function Choice({ value, options, onChoose, className, ...rest }: ChoiceProps) {
  return (
    <select
      {...rest}
      value={value}
      onChange={event => onChoose(event.target.value)}
      className={classes(inputLook, 'max-w-60', className)}
    >
      {options.map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface SearchBoxProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  value: string;
  onType: (value: string) => void;
  label: string;
}

/** A field for looking things up; `/` goes there (see app/shortcuts.tsx). */
export function SearchBox({ value, onType, label, className, ...rest }: SearchBoxProps) {
  return (
    <div className={classes('relative', className)}>
      <Search size={14} aria-hidden className="absolute top-1/2 left-2 -translate-y-1/2 text-ink-soft" />
      <Input
        {...rest}
        type="search"
        data-search=""
        aria-label={label}
        placeholder={rest.placeholder ?? label}
        value={value}
        onChange={event => onType(event.target.value)}
        className="pl-7"
      />
    </div>
  );
}
