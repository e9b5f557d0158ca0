import { useBlocker } from '@tanstack/react-router';
import { Save, Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { useSettled } from '../../api/later.ts';
import { useAnswer } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { Editor, type EditorHandle } from './editor.tsx';
import { ProblemList } from './problems.tsx';
import { Review } from './review.tsx';
import { words } from './words.ts';

type Source = AnswerOf<'getConfiguration'>;

/** What is typed stands still for so long before it is checked, in milliseconds. */
const settledMs = 400;

/** The text of the file in an editor: checked as it is typed, reviewed before it is saved. */
export default function FileTab({ source }: { source: Source }) {
  const said = useWords(words);
  const handle = useRef<EditorHandle>(null);
  /** What the text was made from; another one on disk is a conflict only when this one is saved. */
  const [base, setBase] = useState(source);
  const [text, setText] = useState(source.text);
  const [isReviewing, setReviewing] = useState(false);
  const isChanged = text !== base.text;
  if (!isChanged && source.version !== base.version) {
    setBase(source); // somebody else has saved, and nothing is lost
    setText(source.text);
  }
  const settled = useSettled(text, settledMs);
  const check = useAnswer('checkConfiguration', { body: { text: settled } }, { keep: true });
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged && current.pathname !== next.pathname,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  const problems = check.data ?? { errors: [], warnings: [] };
  return (
    <div className="flex flex-col gap-3">
      <Panel
        title={
          <span className="flex items-center gap-2">
            {said.editor}
            {isChanged && <Badge tone="warn">{said.unsaved}</Badge>}
          </span>
        }
        aside={
          <>
            <Button icon={Undo2} disabled={!isChanged} onClick={() => setText(base.text)}>
              {said.discard}
            </Button>
            <Button look="primary" icon={Save} disabled={!isChanged} onClick={() => setReviewing(true)}>
              {said.review}
            </Button>
          </>
        }
        flush
      >
        <Editor ref={handle} text={text} onChange={setText} label={said.editor} problems={problems} />
      </Panel>
      <p className="text-xs text-ink-soft">{said.secrets}</p>
      <ProblemList
        problems={problems}
        isOld={settled !== text || check.isFetching}
        onGo={place => handle.current?.goTo(place)}
      />
      <Review
        open={isReviewing}
        onClose={() => setReviewing(false)}
        base={base}
        text={text}
        onSaved={version => {
          setBase({ ...base, text, version });
          setReviewing(false);
        }}
        onTheirs={(theirs, take) => {
          setBase({ ...base, ...theirs });
          if (take) {
            setText(theirs.text);
            setReviewing(false);
          }
        }}
      />
      <Confirm
        open={blocker.status === 'blocked'}
        onClose={() => blocker.reset?.()}
        title={said.leaveTitle}
        action={said.leave}
        onConfirm={() => blocker.proceed?.()}
      >
        {said.leaveText}
      </Confirm>
    </div>
  );
}
