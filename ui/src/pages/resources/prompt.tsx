import { SquarePen } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { Problem } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Content } from '../../parts/content.tsx';
import { Field, Input } from '../../parts/field.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import type { Item } from './items.ts';
import { Refused } from './refused.tsx';
import { words } from './words.ts';

interface Argument {
  name: string;
  description?: string;
  required?: boolean;
}

/** Fills a prompt in, and shows its messages. */
export function PromptReader({ item }: { item: Item }) {
  const said = useWords(words);
  const [values, setValues] = useState<Record<string, string>>({});
  const change = useChange('getPrompt');
  const given = Array.isArray(item.listed['arguments']) ? (item.listed['arguments'] as Argument[]) : [];
  const fill = (event: FormEvent) => {
    event.preventDefault();
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    change.mutate({ params: { server: item.server, prompt: item.id }, body: { arguments: filled } });
  };
  return (
    <Panel title={<Foreign>{item.name}</Foreign>}>
      <div className="flex flex-col gap-4">
        {item.description !== '' && (
          <Foreign className="whitespace-pre-wrap text-ink-soft">{item.description}</Foreign>
        )}
        <form onSubmit={fill} className="flex flex-col gap-3">
          {given.length === 0 && <p className="text-ink-soft">{said.noArguments}</p>}
          {given.map(({ name, description, required = false }) => (
            <Field
              key={name}
              name={
                <>
                  <Foreign mono>{name}</Foreign>
                  {required && <span className="ml-2 text-xs font-normal text-warn">{said.required}</span>}
                </>
              }
              note={description && <Foreign>{description}</Foreign>}
            >
              {ids => (
                <Input
                  {...ids}
                  value={values[name] ?? ''}
                  onChange={event => setValues({ ...values, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <div>
            <Button type="submit" look="primary" icon={SquarePen} busy={change.isPending}>
              {said.fill}
            </Button>
          </div>
        </form>
        {change.error && <Problem error={change.error} />}
        {change.data?.error && <Refused error={change.data.error} />}
        {change.data?.result && <Messages messages={change.data.result['messages']} />}
      </div>
    </Panel>
  );
}

function Messages({ messages }: { messages: unknown }) {
  const said = useWords(words);
  const all = Array.isArray(messages) ? (messages as { role: string; content: unknown }[]) : [];
  return (
    <ol className="flex flex-col gap-3" aria-label={said.messages}>
      {all.map(({ role, content }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name
        <li key={index} className="flex flex-col gap-1.5">
          <div>
            <Badge>{said.roles[role] ?? <Foreign>{String(role)}</Foreign>}</Badge>
          </div>
          <Content blocks={Array.isArray(content) ? content : [content]} nothing={said.empty} />
        </li>
      ))}
    </ol>
  );
}
