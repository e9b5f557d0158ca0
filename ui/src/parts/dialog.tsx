import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { common } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Button } from './button.tsx';
import { classes } from './class-names.ts';

const backdrop =
  'fixed inset-0 z-40 bg-[#0008] transition-opacity data-[starting-style]:opacity-0 data-[ending-style]:opacity-0';
const popup =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[90dvh] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col gap-3 overflow-auto rounded-lg border border-line bg-panel p-4 text-ink shadow-xl outline-none';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** A window in front of the page. */
export function Dialog({ open, onClose, title, wide = false, children }: DialogProps) {
  const words = useWords(common);
  return (
    <Base.Root open={open} onOpenChange={isOpen => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup className={classes(popup, wide ? 'max-w-4xl' : 'max-w-lg')}>
          <div className="flex items-start justify-between gap-4">
            <Base.Title className="foreign text-lg font-semibold">{title}</Base.Title>
            <Base.Close render={<Button look="quiet" icon={X} aria-label={words.close} />} />
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** What it will do. */
  children: ReactNode;
  /** The word on the button that does it. */
  action: string;
  onConfirm: () => void;
}

/** Asks before something that is not easily undone, and says what it will do. */
export function Confirm({ open, onClose, title, children, action, onConfirm }: ConfirmProps) {
  const words = useWords(common);
  const confirm = () => {
    onConfirm();
    onClose();
  };
  return (
    <AlertDialog.Root open={open} onOpenChange={isOpen => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdrop} />
        <AlertDialog.Popup className={classes(popup, 'max-w-md')}>
          <AlertDialog.Title className="foreign text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="foreign text-ink-soft">
            {children}
          </AlertDialog.Description>
          <div className="flex justify-end gap-2">
            <AlertDialog.Close render={<Button>{words.cancel}</Button>} />
            <Button look="danger" onClick={confirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
