import { Save } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { Button } from '../../parts/button.tsx';
import { Field, TextArea } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { useWords } from '../../words/language.ts';
import type { Detail } from './page.tsx';
import { words } from './words.ts';

/** Queries by which search finds a tool. */
export function Examples({ tool: { server, name, examples } }: { tool: Detail }) {
  const said = useWords(words);
  const tell = useTell();
  const change = useChange('setExamples');
  const before = examples.join('\n');
  const [text, setText] = useState(before);
  const save = () =>
    change.mutate(
      { params: { server, tool: name }, body: { examples: linesOf(text) } },
      { onSuccess: () => tell.done(said.examplesSaved), onError: tell.failed },
    );
  return (
    <Panel>
      <div className="flex max-w-2xl flex-col gap-3">
        <Field name={said.examplesLabel} note={said.examplesHelp}>
          {ids => <TextArea {...ids} rows={8} value={text} onChange={event => setText(event.target.value)} />}
        </Field>
        <div>
          <Button
            look="primary"
            icon={Save}
            busy={change.isPending}
            disabled={text === before}
            onClick={save}
          >
            {said.save}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}
