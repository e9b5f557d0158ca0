import { Save } from 'lucide-react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { Answered, Problem } from '../../parts/answer.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { useWords } from '../../words/language.ts';
import { Difference } from './difference.tsx';
import { Plan } from './plan.tsx';
import { words } from './words.ts';

type Source = AnswerOf<'getConfiguration'>;
type Theirs = Pick<Source, 'text' | 'version'>;

interface ReviewProps {
  open: boolean;
  onClose: () => void;
  base: Source;
  text: string;
  onSaved: (version: string) => void;
  /** Their text becomes what ours is compared with; `take`: it takes our place. */
  onTheirs: (theirs: Theirs, take: boolean) => void;
}

/** What saving would change in the file, and do; and what to do when somebody else was faster. */
export function Review({ open, onClose, base, text, onSaved, onTheirs }: ReviewProps) {
  const said = useWords(words);
  const tell = useTell();
  const plan = useAnswer('planConfiguration', { body: { text } }, { enabled: open });
  const write = useChange('writeConfiguration');
  const theirs = theirsIn(write.error?.details);
  const save = () =>
    write.mutate(
      { body: { text, version: base.version } },
      {
        onSuccess: ({ version, backup = '', reloaded }) => {
          tell.done(reloaded?.ok === false ? said.refused : said.saved(backup));
          onSaved(version);
        },
      },
    );
  const settle = (take: boolean) => {
    onTheirs(theirs!, take);
    write.reset();
  };
  return (
    <Dialog open={open} onClose={onClose} title={said.reviewTitle} wide>
      {open && <Difference before={base.text} after={text} label={said.reviewTitle} />}
      <Answered of={plan}>
        {answer =>
          answer.ok ? (
            <Plan difference={answer.difference} />
          ) : (
            <div role="alert" className="rounded-md bg-bad-ground p-3 text-bad">
              {said.wrong}
              {answer.errors.map(({ line, column, message }) => (
                <Foreign
                  key={`${line}:${column}:${message}`}
                  mono
                  className="block text-xs"
                >{`${line}:${column} ${message}`}</Foreign>
              ))}
            </div>
          )
        }
      </Answered>
      {write.error && theirs === undefined && <Problem error={write.error} />}
      {theirs !== undefined && (
        <div
          role="alert"
          className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warn-ground p-3 text-warn"
        >
          <span>
            {said.conflict} <span className="text-ink">{said.conflictHelp}</span>
          </span>
          <span className="flex gap-2">
            <Button onClick={() => settle(false)}>{said.compare}</Button>
            <Button onClick={() => settle(true)}>{said.takeTheirs}</Button>
          </span>
        </div>
      )}
      <div className="flex justify-end">
        <Button
          look="primary"
          icon={Save}
          busy={write.isPending}
          disabled={plan.data?.ok !== true || theirs !== undefined}
          onClick={save}
        >
          {said.save}
        </Button>
      </div>
    </Dialog>
  );
}

/** Of a conflict: the file as it is now. */
function theirsIn(details: unknown): Theirs | undefined {
  const { current } = (details ?? {}) as { current?: Theirs };
  return current;
}
