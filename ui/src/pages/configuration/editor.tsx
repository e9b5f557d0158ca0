import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { visible } from '../../words/visible.ts';
import { assistance } from './assistance.ts';
import { jsonc, looks } from './language.ts';
import type { Place, Problems } from './problems.tsx';
import { shadowOf } from './shadow.ts';

export interface EditorHandle {
  goTo: (place: Place) => void;
}

interface EditorProps {
  ref: Ref<EditorHandle>;
  text: string;
  onChange: (text: string) => void;
  label: string;
  problems: Problems;
}

/** An editor for the configuration; Tab leaves it, as it does every field. */
export function Editor({ ref, text, onChange, label, problems }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes is put in below
  useEffect(() => {
    const root = shadowOf(place.current!);
    const made = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: text,
        extensions: extensionsFor(label, next => changed.current(next)),
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const { state } = view.current!;
    if (state.doc.toString() !== text)
      view.current!.dispatch({ changes: { from: 0, to: state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const { state } = view.current!;
    view.current!.dispatch(setDiagnostics(state, diagnosticsOf(problems, state)));
  }, [problems]);

  useImperativeHandle(ref, () => ({
    goTo: where => {
      const anchor = offsetOf(where, view.current!.state);
      view.current!.dispatch({
        selection: { anchor },
        effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
      });
      view.current!.focus();
    },
  }));

  return <div ref={place} className="max-h-[60dvh] min-h-48 overflow-auto" />;
}

function extensionsFor(label: string, onChange: (text: string) => void) {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    lintGutter(),
    jsonc,
    looks,
    assistance,
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
    ]),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorView.updateListener.of(({ docChanged, state }) => docChanged && onChange(state.doc.toString())),
  ];
}

function diagnosticsOf({ errors, warnings }: Problems, state: EditorState): Diagnostic[] {
  const made = (problems: Problems['errors'], severity: 'error' | 'warning') =>
    problems.map(({ line, column, message }): Diagnostic => {
      const from = offsetOf({ line, column }, state);
      const { to } = state.doc.lineAt(from);
      const token = /^"(?:[^"\\]|\\.)*"|^[^\s,\]}]+/.exec(state.sliceDoc(from, to))?.[0].length ?? 1;
      return { from, to: Math.min(to, from + token), severity, message: visible(message) };
    });
  return [...made(errors, 'error'), ...made(warnings, 'warning')];
}

function offsetOf({ line, column }: Place, { doc }: EditorState): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(to, from + Math.max(0, column - 1));
}
