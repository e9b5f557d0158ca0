import { useAnswer } from '../../api/queries.ts';
import { Code } from '../../parts/code.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

/** How clients are pointed to this gateway. */
export function Connect() {
  const said = useWords(words);
  const { data: status } = useAnswer('getStatus', {});
  if (status === undefined) return null;
  const url = `${status.address}/mcp`;
  const ways: [name: string, text: string][] = [
    ['Claude Code', `claude mcp add --transport http mcpx ${url}`],
    ['Cursor', JSON.stringify({ mcpServers: { mcpx: { url } } })],
    ['VS Code', `code --add-mcp '${JSON.stringify({ name: 'mcpx', type: 'http', url })}'`],
  ];
  return (
    <Panel title={said.connect}>
      <div className="flex flex-col gap-3">
        {ways.map(([name, text]) => (
          <div key={name} className="grid items-center gap-x-4 gap-y-1 md:grid-cols-[7rem_minmax(0,1fr)]">
            <span className="font-medium">{name}</span>
            <Code text={text} label={name} />
          </div>
        ))}
        <p className="text-ink-soft">{said.key}</p>
      </div>
    </Panel>
  );
}
