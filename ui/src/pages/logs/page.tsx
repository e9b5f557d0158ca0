import { useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowDownToLine, Download, Pause, Play, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Code, CopyButton } from '../../parts/code.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Choice, SearchBox } from '../../parts/field.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { type Line, useLines } from './lines.ts';
import { Tail } from './tail.tsx';
import { words } from './words.ts';

/** What the gateway and its servers say, as they say it. */
export function Logs() {
  const said = useWords(words);
  const format = useFormat();
  const { server, level = 'info', request, query = '' } = useSearch({ from: '/logs' });
  const navigate = useNavigate({ from: '/logs' });
  const [paused, setPaused] = useState(false);
  const [follows, setFollows] = useState(true);
  const [opened, setOpened] = useState<Line>();
  const { data: servers } = useAnswer('listServers', {});
  const { lines, waiting } = useLines({ level, server, request }, paused);
  const shown = useMemo(() => found(lines, query), [lines, query]);
  const set = (name: string, value: string) =>
    void navigate({
      search: before => ({ ...before, [name]: value === '' ? undefined : value }),
      replace: true,
    });
  const text = () => shown.map(({ text }) => text).join('\n');
  return (
    <Page
      title={said.title}
      actions={
        <>
          {!follows && (
            <Button icon={ArrowDownToLine} onClick={() => setFollows(true)}>
              {said.toEnd}
            </Button>
          )}
          <Button icon={paused ? Play : Pause} onClick={() => setPaused(!paused)}>
            {paused ? said.resume : said.pause}
          </Button>
          <CopyButton text={text()} label={said.copy} />
          <Button
            look="quiet"
            icon={Download}
            aria-label={said.download}
            title={said.download}
            onClick={() => save(text())}
          />
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label={said.find}
          value={query}
          onType={typed => set('query', typed)}
          className="min-w-48 flex-1"
        />
        <Choice
          aria-label={said.level}
          value={level}
          options={Object.entries(said.levels)}
          onChoose={value => set('level', value)}
        />
        <Choice
          aria-label={said.server}
          value={server ?? ''}
          options={[
            ['', said.allServers],
            ...(servers?.servers.map(({ name }) => [name, visible(name)] as const) ?? []),
          ]}
          onChoose={value => set('server', value)}
        />
        {request !== undefined && (
          <Badge tone="accent">
            {said.request(visible(request))}
            <Button look="quiet" icon={X} aria-label={said.allServers} onClick={() => set('request', '')} />
          </Badge>
        )}
      </div>
      <Panel
        title={said.title}
        aside={
          <span className="text-xs" role="status">
            {paused ? said.paused(format.count(waiting)) : said.lines(format.count(shown.length))}
          </span>
        }
        flush
      >
        <Tail
          lines={shown}
          wanted={query}
          follows={follows && !paused}
          onScrolled={setFollows}
          onOpen={setOpened}
        />
      </Panel>
      <Dialog open={opened !== undefined} onClose={() => setOpened(undefined)} title={said.line} wide>
        <Code
          text={opened === undefined ? '' : JSON.stringify(JSON.parse(opened.text), null, 2)}
          label={said.line}
        />
      </Dialog>
    </Page>
  );
}

function found(lines: Line[], query: string): Line[] {
  const needle = query.toLowerCase();
  return needle === '' ? lines : lines.filter(({ text }) => text.toLowerCase().includes(needle));
}

function save(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'mcpx.log';
  link.click();
  URL.revokeObjectURL(address);
}
