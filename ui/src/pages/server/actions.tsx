import { useNavigate } from '@tanstack/react-router';
import { HeartPulse, KeyRound, LogOut, Power, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useServerActions } from '../../api/server-actions.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { useWords } from '../../words/language.ts';
import { visible } from '../../words/visible.ts';
import type { Detail } from './detail.ts';
import { words } from './words.ts';

/** What can be done with a server as a whole. */
export function Actions({ server }: { server: Detail }) {
  const said = useWords(words);
  const { isBusy, ...actions } = useServerActions(server.name);
  const [asking, setAsking] = useState<'stop' | 'remove'>();
  const navigate = useNavigate();
  const name = visible(server.name);
  const close = () => setAsking(undefined);
  const isLoggedIn = server.logins.some(({ loggedIn }) => loggedIn);
  return (
    <>
      {server.state === 'needs_auth' && (
        <Button look="primary" icon={KeyRound} onClick={actions.logIn}>
          {said.logIn}
        </Button>
      )}
      {isLoggedIn && (
        <Button icon={LogOut} onClick={actions.logOut}>
          {said.logOut}
        </Button>
      )}
      {server.enabled ? (
        <>
          <Button icon={HeartPulse} busy={isBusy} onClick={actions.check}>
            {said.check}
          </Button>
          <Button icon={RotateCw} busy={isBusy} onClick={actions.restart}>
            {said.restart}
          </Button>
          <Button icon={Power} busy={isBusy} onClick={() => setAsking('stop')}>
            {said.stop}
          </Button>
        </>
      ) : (
        <Button look="primary" icon={Power} busy={isBusy} onClick={actions.enable}>
          {said.start}
        </Button>
      )}
      <Button
        look="quiet"
        icon={Trash2}
        aria-label={said.remove}
        title={said.remove}
        onClick={() => setAsking('remove')}
      />
      <Confirm
        open={asking === 'stop'}
        onClose={close}
        title={said.stopTitle(name)}
        action={said.stop}
        onConfirm={actions.disable}
      >
        {said.stopText}
      </Confirm>
      <Confirm
        open={asking === 'remove'}
        onClose={close}
        title={said.removeTitle(name)}
        action={said.remove}
        onConfirm={() => actions.remove(() => void navigate({ to: '/' }))}
      >
        {said.removeText}
      </Confirm>
    </>
  );
}
