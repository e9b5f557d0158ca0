import { Download } from 'lucide-react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

type Candidate = AnswerOf<'previewImport'>['servers'][number];

const tones: Record<Candidate['state'], Tone> = {
  new: 'good',
  same: 'neutral',
  different: 'warn',
  unusable: 'bad',
};

/** Servers that other clients have, to be taken over one by one. */
export function Import() {
  const said = useWords(words).import;
  const answer = useAnswer('previewImport', { query: {} });
  return (
    <Panel title={said.help} flush>
      <Answered of={answer}>
        {({ servers, problems }) => (
          <>
            {problems.map(problem => (
              <p key={problem} className="px-3 py-2 text-warn">
                <Foreign>{problem}</Foreign>
              </p>
            ))}
            {servers.length === 0 ? (
              <Empty icon={Download} title={said.none}>
                {said.noneHelp}
              </Empty>
            ) : (
              <ul className="divide-y divide-line">
                {servers.map(server => (
                  <One key={server.name} candidate={server} />
                ))}
              </ul>
            )}
          </>
        )}
      </Answered>
    </Panel>
  );
}

function One({ candidate: { name, state, because, notes, from, settings } }: { candidate: Candidate }) {
  const said = useWords(words).import;
  const { added } = useWords(words).add;
  const tell = useTell();
  const change = useChange('addServer');
  const shown = JSON.stringify(settings);
  const hasSecrets = shown.includes('***');
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-3 py-2">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-2">
          <Foreign className="font-medium">{name}</Foreign>
          <Badge tone={tones[state]}>{said.states[state]}</Badge>
          <span className="text-xs text-ink-soft">
            {said.from}{' '}
            <Foreign>
              {from.map(({ client, folder }) => (folder ? `${client} (${folder})` : client)).join(', ')}
            </Foreign>
          </span>
        </p>
        <Foreign mono className="line-clamp-2 text-xs text-ink-soft">
          {shown}
        </Foreign>
        {[...because, ...notes].map(text => (
          <Foreign key={text} className="block text-xs text-ink-soft">
            {text}
          </Foreign>
        ))}
        {hasSecrets && state === 'new' && <p className="text-xs text-warn">{said.withSecrets}</p>}
      </div>
      {state === 'new' && !hasSecrets && (
        <Button
          icon={Download}
          busy={change.isPending}
          onClick={() =>
            change.mutate(
              { body: { name, settings } },
              { onSuccess: () => tell.done(added(name)), onError: tell.failed },
            )
          }
        >
          {said.take}
        </Button>
      )}
    </li>
  );
}
