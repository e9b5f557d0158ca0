import { type ReactNode, useEffect } from 'react';

interface PageProps {
  title: string;
  /** Beside the title, such as a state. */
  beside?: ReactNode;
  /** At the right: what can be done here. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its title, what can be done, and what there is. */
export function Page({ title, beside, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – MCPX`;
  }, [title]);
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 p-4">
      <header className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-3">
          <h1 className="foreign text-xl font-semibold">{title}</h1>
          {beside}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
