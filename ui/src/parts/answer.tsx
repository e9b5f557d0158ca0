import type { UseQueryResult } from '@tanstack/react-query';
import { CircleX, type LucideIcon, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/client.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Button } from './button.tsx';
import { Foreign } from './foreign.tsx';

/** What a request answered: a placeholder until it is there, what went wrong, or `children` of it. */
export function Answered<T>({
  of: query,
  children,
}: {
  of: UseQueryResult<T, ApiError>;
  children: (answer: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <Problem error={query.error} retry={() => void query.refetch()} />;
  return <Waiting />;
}

/** Something is on its way. */
export function Waiting() {
  const words = useWords(common);
  return (
    <div role="status" className="flex animate-pulse flex-col gap-2 p-3">
      <span className="sr-only">{words.loading}</span>
      {['w-1/3', 'w-2/3', 'w-1/2'].map(width => (
        <div key={width} className={`h-3 rounded bg-sunken ${width}`} />
      ))}
    </div>
  );
}

/** What went wrong, and what to do, as the gateway says it. */
export function Problem({ error, retry }: { error: ApiError; retry?: () => void }) {
  const words = useWords(common);
  return (
    <div role="alert" className="flex items-start gap-2 rounded-md bg-bad-ground p-3 text-bad">
      <CircleX size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1">
        <Foreign className="whitespace-pre-wrap">
          {error.status === 0 ? words.unreachable : error.message}
        </Foreign>
        {error.help !== '' && <Foreign className="block text-ink">{error.help}</Foreign>}
      </div>
      {retry && (
        <Button icon={RotateCw} onClick={retry}>
          {words.again}
        </Button>
      )}
    </div>
  );
}

interface EmptyProps {
  icon?: LucideIcon;
  title: string;
  /** What to do so that there is something. */
  children?: ReactNode;
}

/** There is nothing yet; it says how to change that. */
export function Empty({ icon: Icon, title, children }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      {Icon && <Icon size={28} aria-hidden className="text-ink-soft" />}
      <p className="font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-prose text-ink-soft">{children}</div>}
    </div>
  );
}
