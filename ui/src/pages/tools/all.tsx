import { useNavigate } from '@tanstack/react-router';
import { Wrench } from 'lucide-react';
import { useMemo } from 'react';
import type { AnswerOf } from '../../api/client.ts';
import { usePaged } from '../../api/paged.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { words } from './words.ts';

export type Tool = AnswerOf<'listTools'>['tools'][number];

const pageSize = 200;

/** All tools, page by page as they are looked at. */
export function AllTools({
  server,
  enabled,
}: {
  server: string | undefined;
  enabled: 'true' | 'false' | undefined;
}) {
  const said = useWords(words);
  const format = useFormat();
  const columns = useToolColumns();
  const open = useOpenTool();
  const { answer, first, items, more } = usePaged(
    'listTools',
    { server, enabled, limit: pageSize },
    {
      itemsOf: ({ tools }) => tools,
      next: ({ total }, all) => {
        const offset = all.reduce((sum, { tools }) => sum + tools.length, 0);
        return offset < total ? { offset } : undefined;
      },
    },
  );
  return (
    <Panel
      title={said.title}
      aside={first && said.count(format.count(items.length), format.count(first.total))}
      flush
    >
      <Answered of={answer}>
        {() => (
          <DataTable
            label={said.title}
            columns={columns}
            rows={items}
            keyOf={keyOfTool}
            onOpen={open}
            onEnd={more}
            empty={
              <Empty icon={Wrench} title={said.empty}>
                {said.emptyHelp}
              </Empty>
            }
            maxHeight="62dvh"
          />
        )}
      </Answered>
    </Panel>
  );
}

export function keyOfTool({ server, name }: Tool): string {
  return `${server}\0${name}`;
}

/** Goes to the page of a tool. */
export function useOpenTool(): (tool: Tool) => void {
  const navigate = useNavigate();
  return ({ server, name }) => void navigate({ to: '/tools/$server/$tool', params: { server, tool: name } });
}

/** Name and description of a tool. */
export function useToolColumns(): Column<Tool>[] {
  const said = useWords(words);
  return useMemo(
    () => [
      {
        id: 'tool',
        head: said.tool,
        width: 'minmax(9rem, 1.2fr)',
        value: ({ server, name }) => `${server}.${name}`,
        cell: tool => (
          <span className="flex min-w-0 items-center gap-2">
            <span className="truncate" title={visible(`${tool.server}.${tool.name}`)}>
              <Foreign className="text-ink-soft">{`${tool.server}.`}</Foreign>
              <Foreign className="font-medium">{tool.name}</Foreign>
            </span>
            {!tool.enabled && <Badge>{said.off}</Badge>}
            {tool.asks && <Badge tone="warn">{said.asks}</Badge>}
          </span>
        ),
      },
      {
        id: 'description',
        head: said.description,
        width: 'minmax(0, 2.4fr)',
        wide: true,
        cell: ({ description = '' }) => (
          <span className="text-ink-soft" title={visible(description.slice(0, 1_000))}>
            <Foreign>{description.slice(0, 300)}</Foreign>
          </span>
        ),
      },
    ],
    [said],
  );
}
