import { Link } from '@tanstack/react-router';
import { Play, ScrollText } from 'lucide-react';
import type { AnswerOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answer.tsx';
import { Code, CopyButton } from '../../parts/code.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { Facts } from '../../parts/panel.tsx';
import { prettified } from '../../parts/prettified.ts';
import { OutcomeBadge } from '../../parts/state.tsx';
import { useFormat } from '../../words/format.ts';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import { endOf } from './calls.ts';
import { Timeline } from './timeline.tsx';
import { words } from './words.ts';

type Answer = AnswerOf<'getCall'>;

/** One call in full, in front of the list. */
export function OneCall({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const said = useWords(words);
  const answer = useAnswer('getCall', { params: { call: id ?? '' } }, { enabled: id !== undefined });
  const call = answer.data?.call;
  const title = call === undefined ? said.one : visible(`${call.server}.${call.tool ?? call.method}`);
  return (
    <Dialog open={id !== undefined} onClose={onClose} title={title} wide>
      {answer.error?.status === 404 ? (
        <p>{said.gone}</p>
      ) : (
        <Answered of={answer}>{whole => <Whole answer={whole} />}</Answered>
      )}
    </Dialog>
  );
}

const linkLook =
  'inline-flex min-h-7 items-center gap-1.5 rounded-md border border-line-strong px-2.5 py-1 font-medium hover:bg-hover';

function Whole({ answer: { call, compressed } }: { answer: Answer }) {
  const said = useWords(words);
  const { server, tool, outcome, error, code, request, arguments: given, result } = call;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <OutcomeBadge outcome={outcome} />
        {code !== undefined && (
          <Foreign mono className="text-xs">
            {String(code)}
          </Foreign>
        )}
        <span className="flex-1" />
        {tool !== undefined && (
          <Link
            to="/tools/$server/$tool"
            params={{ server, tool }}
            search={{ arguments: given }}
            className={linkLook}
          >
            <Play size={14} aria-hidden />
            {said.again}
          </Link>
        )}
        {request !== undefined && (
          <Link to="/logs" search={{ request }} className={linkLook}>
            <ScrollText size={14} aria-hidden />
            {said.logs}
          </Link>
        )}
      </div>
      {error !== undefined && <Code text={error} label={said.error} />}
      <Timeline call={call} />
      <About call={call} />
      {given === undefined && result === undefined && <p className="text-ink-soft">{said.notKept}</p>}
      {given !== undefined && (
        <Section title={said.in} tokens={call.argumentTokens} text={prettified(given)} />
      )}
      {result !== undefined && (
        <Section title={said.out} tokens={call.resultTokensBefore} text={prettified(result)} />
      )}
      {compressed && compressed.tokens < compressed.before && (
        <Section
          title={said.compressed}
          tokens={compressed.tokens}
          before={compressed.before}
          text={compressed.text}
        />
      )}
    </div>
  );
}

function Section({
  title,
  text,
  tokens,
  before,
}: {
  title: string;
  text: string;
  tokens?: number;
  before?: number;
}) {
  const said = useWords(words);
  const format = useFormat();
  return (
    <section className="min-w-0">
      <h3 className="mb-1 flex items-baseline gap-2 font-semibold">
        {title}
        {tokens !== undefined && (
          <span className="text-xs font-normal text-ink-soft">
            {before === undefined
              ? said.justTokens(format.count(tokens))
              : said.changed(format.count(before), format.count(tokens))}
          </span>
        )}
      </h3>
      <Code text={text} label={title} />
    </section>
  );
}

function About({ call }: { call: Answer['call'] }) {
  const said = useWords(words);
  const format = useFormat();
  const copied = (text: string) => (
    <span className="flex items-center gap-1">
      <Foreign mono className="text-xs">
        {text}
      </Foreign>
      <CopyButton text={text} />
    </span>
  );
  const { argumentTokens, resultTokens, resultTokensBefore = resultTokens } = call;
  return (
    <Facts
      facts={[
        [said.when, format.moment(endOf(call))],
        [said.client, <Foreign key="client">{call.client}</Foreign>],
        [said.principal, <Foreign key="principal">{call.principal}</Foreign>],
        ...(call.tool === undefined ? [[said.method, call.method] as [string, string]] : []),
        [
          said.tokens,
          resultTokens === undefined
            ? said.sizes(format.count(call.sent), format.count(call.received))
            : `${format.count(argumentTokens ?? 0)} / ${
                resultTokensBefore === resultTokens
                  ? format.count(resultTokens)
                  : said.changed(format.count(resultTokensBefore ?? 0), format.count(resultTokens))
              }`,
        ],
        ...(call.request ? [[said.request, copied(call.request)] as [string, React.ReactNode]] : []),
        ...(call.trace ? [[said.trace, copied(call.trace)] as [string, React.ReactNode]] : []),
      ]}
    />
  );
}
