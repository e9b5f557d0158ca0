import { CircleX } from 'lucide-react';
import { useState } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { Code } from '../../parts/code.tsx';
import { Content } from '../../parts/content.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

/** A result as a person, a model and a program see it. */
export function Result({ answer: { result, model, ms } }: { answer: AnswerOf<'tryTool'> }) {
  const said = useWords(words);
  const format = useFormat();
  const [view, setView] = useState('person');
  const { content, structuredContent, isError } = result;
  return (
    <Panel title={said.result} aside={<span className="text-xs">{said.took(format.ms(ms))}</span>}>
      {isError === true && (
        <p className="mb-3 flex items-center gap-2 text-bad">
          <CircleX size={14} aria-hidden />
          {said.isError}
        </p>
      )}
      <Tabs
        label={said.result}
        value={view}
        onChange={setView}
        tabs={[
          {
            value: 'person',
            name: said.views.person,
            content: (
              <div className="flex flex-col gap-3">
                <Content blocks={content} nothing={said.nothing} />
                {structuredContent !== undefined && (
                  <Code text={JSON.stringify(structuredContent, null, 2)} label={said.structured} />
                )}
              </div>
            ),
          },
          {
            value: 'model',
            name: said.views.model,
            content: (
              <div className="flex flex-col gap-3">
                <p className="text-xs text-ink-soft">
                  {said.modelTokens(format.count(model.tokens), format.count(model.before))}
                </p>
                <Content blocks={model.content} nothing={said.nothing} />
              </div>
            ),
          },
          {
            value: 'raw',
            name: said.views.raw,
            content: <Code text={JSON.stringify(result, null, 2)} label={said.views.raw} />,
          },
        ]}
      />
    </Panel>
  );
}
