import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { common } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { visible } from '../words/visible.ts';
import { Button } from './button.tsx';
import { classes } from './class-names.ts';

const confirmedMs = 1_500;
/** In characters: more would make the page slow. What is copied is whole. */
const longestShown = 200_000;

/** Puts `text` on the clipboard. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const words = useWords(common);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), confirmedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void navigator.clipboard?.writeText(text).then(() => setCopied(true));
  return (
    <Button look="quiet" icon={copied ? Check : Copy} onClick={copy} aria-label={label ?? words.copy}>
      {copied ? words.copied : undefined}
    </Button>
  );
}

/** Text of machines, with a button that copies it. */
export function Code({
  text,
  label,
  wrap = true,
  className,
}: {
  text: string;
  label: string;
  wrap?: boolean;
  className?: string;
}) {
  const words = useWords(common);
  const isCut = text.length > longestShown;
  return (
    <div className={classes('relative min-w-0 rounded-md border border-line bg-sunken', className)}>
      <div className="absolute top-1 right-1">
        <CopyButton text={text} />
      </div>
      <pre
        role="region"
        aria-label={label}
        tabIndex={0}
        className={classes(
          'max-h-[60dvh] overflow-auto p-2.5 pr-10 font-mono text-xs leading-5',
          wrap && 'foreign whitespace-pre-wrap',
        )}
      >
        {visible(text.slice(0, longestShown))}
        {isCut && `\n… ${words.cut}`}
      </pre>
    </div>
  );
}
