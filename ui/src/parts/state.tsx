import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  KeyRound,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { AnswerOf } from '../api/client.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Badge, type Tone } from './badge.tsx';

export type ServerState = AnswerOf<'listServers'>['servers'][number]['state'];
export type Outcome = AnswerOf<'listCalls'>['calls'][number]['outcome'];

const looks: Record<ServerState, [LucideIcon, Tone]> = {
  idle: [CircleDashed, 'neutral'],
  connecting: [LoaderCircle, 'accent'],
  ready: [CircleCheck, 'good'],
  degraded: [TriangleAlert, 'warn'],
  failed: [CircleX, 'bad'],
  needs_auth: [KeyRound, 'warn'],
  closed: [CircleDashed, 'neutral'],
  disabled: [Ban, 'neutral'],
};

/** The state of a server: an icon and a word, never a colour alone. */
export function State({ state }: { state: ServerState }) {
  const { states } = useWords(common);
  const [Icon, tone] = looks[state];
  return (
    <Badge tone={tone}>
      <Icon size={12} aria-hidden />
      {states[state]}
    </Badge>
  );
}

const outcomeTones: Record<Outcome, Tone> = {
  ok: 'good',
  asked: 'accent',
  tool_error: 'warn',
  rpc_error: 'bad',
  failed: 'bad',
  cancelled: 'neutral',
  timeout: 'bad',
};

/** How a call ended. */
export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const { outcomes } = useWords(common);
  return <Badge tone={outcomeTones[outcome]}>{outcomes[outcome]}</Badge>;
}
