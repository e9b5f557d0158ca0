import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { useSettled } from '../../api/later.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { Problem } from '../../parts/answer.tsx';
import { Button } from '../../parts/button.tsx';
import { Field, Input, TextArea } from '../../parts/field.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

type Read = AnswerOf<'readAddition'>['servers'][number];

/** Adds servers from whatever a person has to paste. */
export function AddServer({ mayRunCommands }: { mayRunCommands: boolean }) {
  const said = useWords(words).add;
  const [text, setText] = useState('');
  const settled = useSettled(text.trim());
  const { data } = useAnswer('readAddition', { body: { text: settled } }, { enabled: settled !== '' });
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      {!mayRunCommands && <p className="rounded-md bg-warn-ground p-3 text-warn">{said.forbidden}</p>}
      <Panel>
        <Field name={said.label} note={said.help}>
          {ids => <TextArea {...ids} rows={4} value={text} onChange={event => setText(event.target.value)} />}
        </Field>
      </Panel>
      {settled !== '' &&
        data?.problems.map(problem => (
          <p key={problem} role="status" className="text-ink-soft">
            <Foreign>{problem}</Foreign>
          </p>
        ))}
      {settled !== '' && data?.servers.map(server => <One key={JSON.stringify(server)} server={server} />)}
    </div>
  );
}

function One({ server }: { server: Read }) {
  const said = useWords(words).add;
  const tell = useTell();
  const navigate = useNavigate();
  const change = useChange('addServer');
  const [name, setName] = useState(server.name);
  const [text, setText] = useState(() => JSON.stringify(server.settings, null, 2));
  const { value: settings, wrong } = parsed(text);
  const add = () =>
    change.mutate(
      { body: { name: name.trim(), settings: settings ?? {} } },
      {
        onSuccess: () => {
          tell.done(said.added(name));
          void navigate({ to: '/servers/$server', params: { server: name.trim() } });
        },
      },
    );
  return (
    <Panel>
      <div className="flex flex-col gap-3">
        <Field name={said.name}>
          {ids => <Input {...ids} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
        <Field name={said.settings} note={said.secretsHelp} wrong={wrong && said.badJson(wrong)}>
          {ids => <TextArea {...ids} rows={8} value={text} onChange={event => setText(event.target.value)} />}
        </Field>
        {server.notes.map(note => (
          <p key={note} className="text-ink-soft">
            <Foreign>{note}</Foreign>
          </p>
        ))}
        {change.error && <Problem error={change.error} />}
        <div>
          <Button
            look="primary"
            icon={Plus}
            busy={change.isPending}
            disabled={settings === undefined || name.trim() === ''}
            onClick={add}
          >
            {said.button}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function parsed(text: string): { value?: Record<string, unknown>; wrong?: string } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { value: value as Record<string, unknown> }
      : { wrong: '{…}' };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}
