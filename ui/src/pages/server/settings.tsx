import { Link } from '@tanstack/react-router';
import { Code } from '../../parts/code.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import type { Detail } from './detail.ts';
import { Limits } from './limits.tsx';
import { words } from './words.ts';

/** How a server is set: limits to change here, and all else as it stands and as it holds. */
export function Settings({ server }: { server: Detail }) {
  const said = useWords(words);
  return (
    <div className="grid items-start gap-4 md:grid-cols-2">
      <Limits key={JSON.stringify(server.own)} server={server} />
      <div className="flex min-w-0 flex-col gap-4">
        <Panel
          title={said.inFile}
          aside={
            <Link to="/configuration" className="text-accent underline underline-offset-2">
              {said.editInFile}
            </Link>
          }
        >
          <Code text={JSON.stringify(server.own, null, 2)} label={said.inFile} />
        </Panel>
        <Panel title={said.effective}>
          <Code text={JSON.stringify(server.settings, null, 2)} label={said.effective} />
        </Panel>
      </div>
    </div>
  );
}
