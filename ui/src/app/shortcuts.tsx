import { useNavigate } from '@tanstack/react-router';
import { Keyboard } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useWords } from '../words/language.ts';
import { type PlaceName, places } from './navigation.ts';
import { words } from './words.ts';

/** Between `g` and the letter of a page, in milliseconds. */
const chordMs = 1_500;

/** Keys for what is done most, and a button that shows them: `g` and a letter, `/`, `?`. */
export function Shortcuts() {
  const { shortcuts, shortcutLines: lines, places: names } = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const chordAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey } = event;
      const [target] = event.composedPath(); // the editor is in a shadow tree
      const isTyping =
        target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable=true]');
      if (isTyping || ctrlKey || metaKey || altKey) return;
      const place = Object.values(places).find(each => each.key === key);
      if (place && performance.now() - chordAt.current < chordMs) {
        chordAt.current = Number.NEGATIVE_INFINITY;
        return void navigate({ to: place.to });
      }
      chordAt.current = Number.NEGATIVE_INFINITY;
      if (key === 'g') chordAt.current = performance.now();
      else if (key === '?') setOpen(true);
      else if (key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search]');
        if (!field) return;
        event.preventDefault();
        field.focus();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate]);

  const rows: [keys: string, what: string][] = [
    ['/', lines.search],
    ['↑ ↓', lines.rows],
    ['Enter', lines.open],
    ...Object.entries(places).map(([name, { key }]): [string, string] => [
      `g ${key}`,
      lines.go(names[name as PlaceName]),
    ]),
    ['?', lines.help],
  ];
  return (
    <>
      <Button
        look="quiet"
        icon={Keyboard}
        aria-label={shortcuts}
        title={shortcuts}
        onClick={() => setOpen(true)}
      />
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={shortcuts}>
        <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5">
          {rows.map(([keys, what]) => (
            <div key={keys} className="contents">
              <dt>
                <kbd className="rounded border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs">
                  {keys}
                </kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  );
}
