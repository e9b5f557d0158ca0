import type { AnswerOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { words } from './words.ts';

type Difference = Extract<AnswerOf<'planConfiguration'>, { ok: true }>['difference'];

/** What a reload would do, in a line for each kind. */
export function Plan({ difference }: { difference: Difference }) {
  const said = useWords(words);
  const format = useFormat();
  const { data } = useAnswer('listServers', {});
  const { added, removed, replaced, adjusted, gateway, restart } = difference;
  const named = (changes: { server: string; settings: string[] }[]) =>
    changes.map(({ server, settings }) => `${server} (${settings.join(', ')})`);
  const lines = (
    [
      ['added', added],
      ['removed', removed],
      ['replaced', named(replaced)],
      ['adjusted', named(adjusted)],
      ['gateway', gateway],
      ['restart', restart],
    ] as const
  ).flatMap(([kind, names]) => (names.length === 0 ? [] : [said.plan[kind](visible(names.join(', ')))]));
  const used = data?.servers.filter(({ enabled }) => enabled).length ?? 0;
  const kept = used - removed.length - replaced.length;
  return (
    <section>
      <h3 className="font-semibold">{said.plan.title}</h3>
      {lines.length === 0 ? (
        <p className="text-ink-soft">{said.nothing}</p>
      ) : (
        <ul className="list-disc pl-5">
          {lines.map(line => (
            <li key={line} className="foreign">
              {line}
            </li>
          ))}
          {kept > 0 && <li>{said.plan.kept(format.count(kept))}</li>}
        </ul>
      )}
    </section>
  );
}
