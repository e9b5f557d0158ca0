import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface TabsProps<K extends string> {
  value: K;
  onChange: (value: K) => void;
  tabs: { value: K; name: ReactNode; content: ReactNode }[];
  label: string;
}

/** Several contents of which one is shown. */
export function Tabs<K extends string>({ value, onChange, tabs, label }: TabsProps<K>) {
  return (
    <Base.Root
      value={value}
      onValueChange={chosen => onChange(chosen as K)}
      className="flex min-w-0 flex-col gap-3"
    >
      <Base.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map(({ value, name }) => (
          <Base.Tab
            key={value}
            value={value}
            className="-mb-px shrink-0 border-b-2 border-transparent px-2.5 py-1.5 font-medium whitespace-nowrap text-ink-soft hover:text-ink data-[active]:border-accent data-[active]:text-ink"
          >
            {name}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ value, content }) => (
        <Base.Panel key={value} value={value} className="min-w-0">
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
