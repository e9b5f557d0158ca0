import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Choice, Field, Input, TextArea } from '../../parts/field.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { common } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { isSchema, type Schema, type Shape, shapeOf } from './schema-of.ts';
import { words } from './words.ts';

interface FormProps {
  root: Schema;
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
}

/** A form for the arguments of a tool; what cannot be drawn is filled in as JSON. */
export function Form({ root, value, onChange }: FormProps) {
  const said = useWords(words);
  const { properties } = shapeOf(root, root);
  if (properties.length === 0) return <p className="text-ink-soft">{said.noArguments}</p>;
  return <Members properties={properties} root={root} depth={1} value={value} onChange={onChange} />;
}

interface Part {
  root: Schema;
  depth: number;
}

interface MembersProps extends Part {
  properties: Shape['properties'];
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
}

function Members({ properties, root, depth, value, onChange }: MembersProps) {
  const said = useWords(words);
  const set = (name: string, inner: unknown) => {
    const { [name]: _, ...rest } = value;
    onChange(inner === undefined ? rest : { ...rest, [name]: inner });
  };
  return (
    <div className="flex flex-col gap-3">
      {properties.map(([name, schema, required]) => {
        const { description, default: standard } = schema;
        return (
          <Field
            key={name}
            name={
              <>
                <Foreign mono>{name}</Foreign>
                {required && <span className="ml-2 text-xs font-normal text-warn">{said.required}</span>}
              </>
            }
            note={
              typeof description === 'string' && <Foreign className="line-clamp-3">{description}</Foreign>
            }
          >
            {ids => (
              <Value
                ids={ids}
                schema={schema}
                root={root}
                depth={depth}
                value={value[name]}
                standard={standard}
                onChange={inner => set(name, inner)}
              />
            )}
          </Field>
        );
      })}
    </div>
  );
}

interface ValueProps extends Part {
  ids: { id?: string; 'aria-label'?: string };
  schema: Schema;
  value: unknown;
  standard?: unknown;
  /** Undefined leaves it out. */
  onChange: (value: unknown) => void;
}

function Value(props: ValueProps) {
  const { ids, schema, root, depth, value, standard, onChange } = props;
  const { yes, no } = useWords(common);
  const said = useWords(words);
  const shape = shapeOf(schema, root, depth);
  const hint = standard === undefined ? '' : visible(JSON.stringify(standard)).slice(0, 80);
  const unset = ['', hint === '' ? said.unset : hint] as const;
  switch (shape.kind) {
    case 'choice': {
      const options = shape.values.map((each, index) => [String(index), visible(String(each))] as const);
      const chosen = shape.values.indexOf(value);
      return (
        <Choice
          {...ids}
          value={chosen < 0 ? '' : String(chosen)}
          options={[unset, ...options]}
          onChoose={index => onChange(index === '' ? undefined : shape.values[Number(index)])}
        />
      );
    }
    case 'boolean':
      return (
        <Choice
          {...ids}
          value={typeof value === 'boolean' ? String(value) : ''}
          options={[unset, ['true', yes], ['false', no]]}
          onChoose={chosen => onChange(chosen === '' ? undefined : chosen === 'true')}
        />
      );
    case 'number':
      return <NumberInput {...props} hint={hint} />;
    case 'text':
      return (
        <TextArea
          {...ids}
          rows={1}
          className="field-sizing-content max-h-60"
          placeholder={hint}
          value={typeof value === 'string' ? value : ''}
          onChange={event => onChange(event.target.value === '' ? undefined : event.target.value)}
        />
      );
    case 'list':
      return <List {...props} items={shape.items ?? {}} />;
    case 'object':
      return (
        <div id={ids.id} className="border-l-2 border-line pl-3">
          <Members
            properties={shape.properties}
            root={root}
            depth={depth + 1}
            value={isSchema(value) ? value : {}}
            onChange={inner => onChange(Object.keys(inner).length === 0 ? undefined : inner)}
          />
        </div>
      );
    default:
      return <JsonInput {...props} hint={hint} />;
  }
}

/** Keeps what was typed, be it a number yet or not. */
function NumberInput({ ids, value, onChange, hint }: ValueProps & { hint: string }) {
  const said = useWords(words);
  const [text, setText] = useState(value === undefined ? '' : String(value));
  const number = Number(text);
  const isWrong = text.trim() !== '' && !Number.isFinite(number);
  const type = (typed: string) => {
    setText(typed);
    const next = Number(typed);
    onChange(typed.trim() === '' || !Number.isFinite(next) ? undefined : next);
  };
  return (
    <>
      <Input
        {...ids}
        inputMode="decimal"
        placeholder={hint}
        aria-invalid={isWrong || undefined}
        value={text}
        onChange={event => type(event.target.value)}
      />
      {isWrong && <span className="text-xs text-bad">{said.badNumber}</span>}
    </>
  );
}

/** Keeps what was typed, be it JSON yet or not. */
function JsonInput({ ids, value, onChange, hint }: ValueProps & { hint: string }) {
  const said = useWords(words);
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const [problem, setProblem] = useState('');
  const type = (typed: string) => {
    setText(typed);
    setProblem('');
    if (typed.trim() === '') return onChange(undefined);
    try {
      onChange(JSON.parse(typed));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <TextArea
        {...ids}
        rows={2}
        className="field-sizing-content max-h-80"
        placeholder={hint || said.onlyJson}
        aria-invalid={problem !== '' || undefined}
        value={text}
        onChange={event => type(event.target.value)}
      />
      {problem !== '' && <span className="text-xs text-bad">{said.badJson(problem)}</span>}
    </>
  );
}

function List({ ids, items, root, depth, value, onChange }: ValueProps & { items: Schema }) {
  const said = useWords(words);
  const list = Array.isArray(value) ? value : [];
  const set = (index: number, inner: unknown) => onChange(list.with(index, inner ?? null));
  const remove = (index: number) => onChange(list.length === 1 ? undefined : list.toSpliced(index, 1));
  return (
    <div id={ids.id} className="flex flex-col gap-1.5">
      {list.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name
        <div key={index} className="flex items-start gap-1.5">
          <div className="min-w-0 flex-1">
            <Value
              ids={{ 'aria-label': String(index + 1) }}
              schema={items}
              root={root}
              depth={depth + 1}
              value={item ?? undefined}
              onChange={inner => set(index, inner)}
            />
          </div>
          <Button
            look="quiet"
            icon={X}
            aria-label={`${said.removeItem} ${index + 1}`}
            onClick={() => remove(index)}
          />
        </div>
      ))}
      <div>
        <Button icon={Plus} onClick={() => onChange([...list, null])}>
          {said.add}
        </Button>
      </div>
    </div>
  );
}
