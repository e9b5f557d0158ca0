import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { Answered, Empty } from '../../parts/answer.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Page } from '../../parts/page.tsx';
import { Switch } from '../../parts/switch.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useTell } from '../../parts/toasts.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { Examples } from './examples.tsx';
import { Schema } from './schema.tsx';
import { Try } from './try.tsx';
import { words } from './words.ts';

export type Detail = AnswerOf<'getTool'>;

/** One tool: tried, shown as a model sees it, and found by what people ask. */
export function Tool() {
  const { server, tool } = useParams({ from: '/tools/$server/$tool' });
  const { tab = 'try', arguments: given } = useSearch({ from: '/tools/$server/$tool' });
  const navigate = useNavigate({ from: '/tools/$server/$tool' });
  const said = useWords(words);
  const answer = useAnswer('getTool', { params: { server, tool } });
  const title = visible(`${server}.${tool}`);
  if (answer.error?.status === 404)
    return (
      <Page title={title}>
        <Empty title={said.unknown} />
      </Page>
    );
  return (
    <Page title={title} actions={answer.data && <OnOff tool={answer.data} />}>
      <Answered of={answer}>
        {detail => (
          <>
            <p className="max-w-prose">
              <Link
                to="/servers/$server"
                params={{ server }}
                className="text-accent underline underline-offset-2"
              >
                <Foreign>{server}</Foreign>
              </Link>
              {detail.description && (
                <Foreign className="mt-1 line-clamp-6 whitespace-pre-wrap">{detail.description}</Foreign>
              )}
            </p>
            <Tabs
              label={title}
              value={tab}
              onChange={chosen =>
                void navigate({ search: before => ({ ...before, tab: chosen }), replace: true })
              }
              tabs={[
                {
                  value: 'try',
                  name: said.tabs.try,
                  content: <Try key={`${server}\0${tool}\0${given}`} tool={detail} given={given} />,
                },
                { value: 'schema', name: said.tabs.schema, content: <Schema tool={detail} /> },
                {
                  value: 'examples',
                  name: said.tabs.examples,
                  content: <Examples key={detail.examples.join('\n')} tool={detail} />,
                },
              ]}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}

function OnOff({ tool: { server, name, enabled } }: { tool: Detail }) {
  const said = useWords(words);
  const tell = useTell();
  const enable = useChange('enableTool');
  const disable = useChange('disableTool');
  const change = (on: boolean) =>
    (on ? enable : disable).mutate(
      { params: { server, tool: name } },
      { onSuccess: () => tell.done(on ? said.switchedOn : said.switchedOff), onError: tell.failed },
    );
  return (
    <span className="flex items-center gap-2">
      {said.on}
      <Switch
        checked={enabled}
        onChange={change}
        label={said.on}
        disabled={enable.isPending || disable.isPending}
      />
    </span>
  );
}
