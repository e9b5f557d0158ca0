import { Link, useNavigate } from '@tanstack/react-router';
import { Wrench } from 'lucide-react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import type { Detail } from './detail.ts';
import { words } from './words.ts';

type Tool = AnswerOf<'listTools'>['tools'][number];

/** What a server offers. */
export function ServerTools({ server }: { server: Detail }) {
  const said = useWords(words);
  const query = useAnswer('listTools', { query: { server: server.name, limit: 1_000 } });
  const navigate = useNavigate();
  const columns: Column<Tool>[] = [
    {
      id: 'tool',
      head: said.tool,
      width: 'minmax(8rem, 1fr)',
      value: tool => tool.name,
      cell: tool => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium" title={visible(tool.name)}>
            <Foreign>{tool.name}</Foreign>
          </span>
          {!tool.enabled && <Badge>{said.off}</Badge>}
        </span>
      ),
    },
    {
      id: 'signature',
      head: said.signature,
      width: 'minmax(0, 3fr)',
      wide: true,
      cell: tool => (
        <span title={visible(tool.description ?? '')}>
          <Foreign mono className="text-xs text-ink-soft">
            {tool.signature}
          </Foreign>
        </span>
      ),
    },
  ];
  return (
    <div className="flex flex-col gap-4">
      <Panel flush>
        <Answered of={query}>
          {({ tools }) => (
            <DataTable
              label={said.tabs.tools}
              columns={columns}
              rows={tools}
              keyOf={tool => tool.name}
              onOpen={tool =>
                void navigate({
                  to: '/tools/$server/$tool',
                  params: { server: tool.server, tool: tool.name },
                })
              }
              empty={
                <Empty icon={Wrench} title={said.noTools}>
                  {said.noToolsHelp}
                </Empty>
              }
              maxHeight="55dvh"
            />
          )}
        </Answered>
      </Panel>
      <p className="flex gap-4 text-ink-soft">
        <Link
          to="/resources"
          search={{ server: server.name }}
          className="text-accent underline underline-offset-2"
        >
          {said.resources}: {server.resources}
        </Link>
        <Link
          to="/resources"
          search={{ server: server.name }}
          className="text-accent underline underline-offset-2"
        >
          {said.prompts}: {server.prompts}
        </Link>
      </p>
    </div>
  );
}
