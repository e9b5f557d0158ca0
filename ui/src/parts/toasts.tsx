import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/client.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { visible } from '../words/visible.ts';
import { Button } from './button.tsx';

const shownMs = { done: 4_000, failed: 12_000 };

/** Says what became of what was asked for. */
export function useTell(): { done: (text: string) => void; failed: (error: ApiError) => void } {
  const { add } = Toast.useToastManager();
  const words = useWords(common);
  return {
    done: text => void add({ title: visible(text), timeout: shownMs.done }),
    failed: error =>
      void add({
        title: words.failed,
        description: visible(
          error.status === 0 ? words.unreachable : [error.message, error.help].filter(Boolean).join('\n'),
        ),
        type: 'failed',
        priority: 'high',
        timeout: shownMs.failed,
      }),
  };
}

export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-[calc(100vw-2rem)] max-w-sm flex-col gap-2">
          <Shown />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Shown() {
  const { toasts } = Toast.useToastManager();
  const words = useWords(common);
  return toasts.map(toast => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex items-start gap-2 rounded-lg border border-line bg-panel p-3 shadow-lg transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0 data-[type=failed]:border-bad"
    >
      <div className="min-w-0 flex-1">
        <Toast.Title className="font-semibold" />
        <Toast.Description className="foreign whitespace-pre-wrap text-ink-soft" />
      </div>
      <Toast.Close render={<Button look="quiet" icon={X} aria-label={words.close} />} />
    </Toast.Root>
  ));
}
