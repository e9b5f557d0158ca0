import { Eye } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answer.tsx';
import { Button } from '../../parts/button.tsx';
import { ResourceContent } from '../../parts/content.tsx';
import { Field, Input } from '../../parts/field.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { filledIn, type Item, variablesIn } from './items.ts';
import { Refused } from './refused.tsx';
import { words } from './words.ts';

/** Reads a resource; of a template, once its variables are filled in. */
export function ResourceReader({ item }: { item: Item }) {
  const said = useWords(words);
  const [uri, setUri] = useState(item.kind === 'resource' ? item.id : undefined);
  return (
    <Panel title={<Foreign>{item.name}</Foreign>}>
      <div className="flex flex-col gap-4">
        {item.description !== '' && (
          <Foreign className="whitespace-pre-wrap text-ink-soft">{item.description}</Foreign>
        )}
        {item.kind === 'template' && <Variables template={item.id} onRead={setUri} />}
        {uri !== undefined && <Read server={item.server} uri={uri} nothing={said.empty} />}
      </div>
    </Panel>
  );
}

function Variables({ template, onRead }: { template: string; onRead: (uri: string) => void }) {
  const said = useWords(words);
  const [values, setValues] = useState<Record<string, string>>({});
  const names = variablesIn(template);
  const read = (event: FormEvent) => {
    event.preventDefault();
    onRead(filledIn(template, values));
  };
  return (
    <form onSubmit={read} className="flex flex-col gap-3">
      <Foreign mono className="text-xs">
        {template}
      </Foreign>
      {names.map(name => (
        <Field key={name} name={<Foreign mono>{name}</Foreign>}>
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
        <Button type="submit" look="primary" icon={Eye}>
          {said.read}
        </Button>
      </div>
    </form>
  );
}

function Read({ server, uri, nothing }: { server: string; uri: string; nothing: string }) {
  const answer = useAnswer('readResource', { params: { server }, query: { uri } });
  return (
    <Answered of={answer}>
      {({ result, error }) => {
        if (error !== undefined) return <Refused error={error} />;
        const contents = Array.isArray(result?.['contents'])
          ? (result['contents'] as Record<string, unknown>[])
          : [];
        if (contents.length === 0) return <p className="text-ink-soft">{nothing}</p>;
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a resource may have one address
        return contents.map((resource, index) => <ResourceContent key={index} resource={resource} />);
      }}
    </Answered>
  );
}
