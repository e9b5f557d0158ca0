import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answer.tsx';
import { Code } from '../../parts/code.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

/** The tools that a model is shown, and what they cost it. */
export function Menu() {
  const said = useWords(words);
  const format = useFormat();
  const answer = useAnswer('getMenu', {});
  const aside =
    answer.data && said.menuTokens(format.count(answer.data.tokens), format.count(answer.data.flat));
  return (
    <Panel title={said.menu} aside={aside}>
      <p className="mb-3 text-ink-soft">{said.menuHelp}</p>
      <Answered of={answer}>
        {({ tools }) => (
          <Code
            text={tools.map(({ name, description }) => `${name}\n${description}`).join('\n\n')}
            label={said.menu}
          />
        )}
      </Answered>
    </Panel>
  );
}
