import { FileText, MessageSquareText, SquarePen } from 'lucide-react';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import type { Item } from './items.ts';
import { words } from './words.ts';

const icons = { resource: FileText, template: SquarePen, prompt: MessageSquareText };

interface ItemListProps {
  items: Item[];
  chosen: Item | undefined;
  onOpen: (item: Item) => void;
}

export function ItemList({ items, chosen, onOpen }: ItemListProps) {
  const said = useWords(words);
  const kinds = { resource: said.resources, template: said.templates, prompt: said.prompts };
  const columns: Column<Item>[] = [
    {
      id: 'name',
      head: said.title,
      value: ({ kind, server, name }) => `${kind} ${server} ${name}`,
      cell: ({ kind, server, name, id }) => {
        const Icon = icons[kind];
        return (
          <span className="flex min-w-0 items-center gap-2" title={visible(id)}>
            <Icon size={14} aria-label={kinds[kind]} className="shrink-0 text-ink-soft" />
            <span className="min-w-0">
              <span className="block truncate font-medium">
                <Foreign>{name}</Foreign>
              </span>
              <span className="block truncate text-xs text-ink-soft">
                <Foreign>{server}</Foreign>
              </span>
            </span>
          </span>
        );
      },
    },
  ];
  return (
    <DataTable
      label={said.title}
      columns={columns}
      rows={items}
      keyOf={({ kind, server, id }) => `${kind}\0${server}\0${id}`}
      onOpen={onOpen}
      isChosen={item => item === chosen}
      empty={null}
      rowHeight={48}
    />
  );
}
