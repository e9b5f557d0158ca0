import { Code } from '../../parts/code.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import type { Detail } from './page.tsx';
import { words } from './words.ts';

/** What a model sees beside what the server sent. */
export function Schema({ tool }: { tool: Detail }) {
  const said = useWords(words);
  const format = useFormat();
  const { declaration, inputSchema, outputSchema, annotations, tokens } = tool;
  const json = (title: string, value: unknown) =>
    value !== undefined && (
      <Panel title={title}>
        <Code text={JSON.stringify(value, null, 2)} label={title} />
      </Panel>
    );
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel
        title={said.declaration}
        aside={
          <span className="text-xs">
            {said.cost(format.count(tokens.signature), format.count(tokens.flat))}
          </span>
        }
      >
        <Code text={declaration} label={said.declaration} />
      </Panel>
      <div className="flex min-w-0 flex-col gap-4">
        {json(said.inputSchema, inputSchema)}
        {json(said.outputSchema, outputSchema)}
        {json(said.annotations, annotations)}
      </div>
    </div>
  );
}
