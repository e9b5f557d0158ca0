import { Save } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { Button } from '../../parts/button.tsx';
import { Field, Input } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import type { Detail } from './detail.ts';
import { words } from './words.ts';

const names = [
  'concurrency',
  'queue',
  'connectTimeoutMs',
  'timeoutMs',
  'maxTotalMs',
  'resultTokens',
  'pool.min',
  'pool.max',
  'pool.idleMs',
] as const;
type Name = (typeof names)[number];

/** Limits of a server, changed in place; an empty field takes its setting out of the file. */
export function Limits({ server }: { server: Detail }) {
  const said = useWords(words);
  const format = useFormat();
  const tell = useTell();
  const change = useChange('setLimits');
  const before = valuesIn(server.own);
  const [values, setValues] = useState(before);
  const standard = valuesIn(server.settings);
  const changed = names.filter(name => values[name] !== before[name]);

  const save = (event: FormEvent) => {
    event.preventDefault();
    const input = { params: { server: server.name }, body: bodyOf(values, changed) };
    change.mutate(input, { onSuccess: () => tell.done(said.saved), onError: tell.failed });
  };

  return (
    <Panel title={said.limits}>
      <form onSubmit={save} className="flex flex-col gap-3">
        <p className="text-ink-soft">{said.limitsNote}</p>
        <div className="grid gap-3 sm:grid-cols-2">
          {names.map(name => (
            <Field
              key={name}
              name={said.limitNames[name]}
              note={
                name.endsWith('Ms') && values[name] !== ''
                  ? format.ms(Number(values[name]))
                  : name.endsWith('Ms')
                    ? said.unit.ms
                    : undefined
              }
            >
              {ids => (
                <Input
                  {...ids}
                  type="number"
                  min={0}
                  inputMode="numeric"
                  placeholder={standard[name]}
                  value={values[name]}
                  onChange={event => setValues({ ...values, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <div>
          <Button
            type="submit"
            look="primary"
            icon={Save}
            busy={change.isPending}
            disabled={changed.length === 0}
          >
            {said.saveLimits}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function valuesIn(settings: Record<string, unknown>): Record<Name, string> {
  const pool = (settings['pool'] ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    names.map(name => {
      const value = name.startsWith('pool.') ? pool[name.slice('pool.'.length)] : settings[name];
      return [name, typeof value === 'number' ? String(value) : ''];
    }),
  ) as Record<Name, string>;
}

/** Only what was changed; `null` takes a setting out. */
function bodyOf(values: Record<Name, string>, changed: readonly Name[]) {
  const wanted = (name: Name) => (values[name] === '' ? null : Number(values[name]));
  const own = changed.filter(name => !name.startsWith('pool.')).map(name => [name, wanted(name)] as const);
  const pool = changed
    .filter(name => name.startsWith('pool.'))
    .map(name => [name.slice('pool.'.length), wanted(name)] as const);
  return { ...Object.fromEntries(own), ...(pool.length > 0 && { pool: Object.fromEntries(pool) }) };
}
