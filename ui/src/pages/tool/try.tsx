import { Play, Square } from 'lucide-react';
import { useState } from 'react';
import { Problem } from '../../parts/answer.tsx';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Choice, Field, TextArea } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { Form } from './form.tsx';
import type { Detail } from './page.tsx';
import { Result } from './result.tsx';
import { useRun } from './run.ts';
import { isSchema } from './schema-of.ts';
import { words } from './words.ts';

/** Calls a tool with what is filled in, and shows what comes back. */
export function Try({ tool, given }: { tool: Detail; given: string | undefined }) {
  const said = useWords(words);
  const [values, setValues] = useState(() => objectIn(given) ?? {});
  const [way, setWay] = useState<'form' | 'json'>('form');
  const [text, setText] = useState('');
  const [isAsking, setAsking] = useState(false);
  const { state, run, cancel } = useRun(tool);
  const typed = way === 'json' ? objectIn(text) : values;
  const isRisky = tool.annotations?.['destructiveHint'] === true;

  const choose = (chosen: string) => {
    if (chosen === 'json') setText(JSON.stringify(values, null, 2));
    else if (typed !== undefined) setValues(typed);
    setWay(chosen as typeof way);
  };
  const start = () => typed !== undefined && run(typed);

  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel
        aside={
          <Choice
            aria-label={said.as}
            value={way}
            options={[
              ['form', said.form],
              ['json', said.json],
            ]}
            onChoose={choose}
          />
        }
      >
        <form
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault();
            if (isRisky) setAsking(true);
            else start();
          }}
        >
          {way === 'form' ? (
            <Form root={tool.inputSchema} value={values} onChange={setValues} />
          ) : (
            <Field name={said.json} wrong={typed === undefined ? said.badJson(wrongWith(text)) : undefined}>
              {ids => (
                <TextArea {...ids} rows={10} value={text} onChange={event => setText(event.target.value)} />
              )}
            </Field>
          )}
          <div className="flex gap-2">
            <Button
              type="submit"
              look="primary"
              icon={Play}
              busy={state.kind === 'running'}
              disabled={typed === undefined}
            >
              {said.run}
            </Button>
            {state.kind === 'running' && (
              <Button icon={Square} onClick={cancel}>
                {said.cancel}
              </Button>
            )}
          </div>
        </form>
      </Panel>
      <div className="min-w-0" aria-live="polite">
        {state.kind === 'failed' && <Problem error={state.error} />}
        {state.kind === 'cancelled' && <p className="text-ink-soft">{said.cancelled}</p>}
        {state.kind === 'done' && <Result answer={state.answer} />}
        {state.kind === 'idle' && <p className="p-3 text-ink-soft">{said.noResult}</p>}
      </div>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title={said.runTitle(visible(tool.name))}
        action={said.run}
        onConfirm={start}
      >
        {said.runText}
      </Confirm>
    </div>
  );
}

function objectIn(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isSchema(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function wrongWith(text: string): string {
  try {
    JSON.parse(text);
    return '{…}';
  } catch (error) {
    return (error as Error).message;
  }
}
