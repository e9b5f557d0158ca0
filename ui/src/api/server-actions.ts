/** What can be done with one server; each says how it went. */
import { useTell } from '../parts/toasts.tsx';
import { useFormat } from '../words/format.ts';
import type { Language } from '../words/language.ts';
import { useWords } from '../words/language.ts';
import { type AnswerOf, type ApiError, ask } from './client.ts';
import { useChange } from './queries.ts';

const en = {
  restarted: (server: string) => `${server} was connected to anew`,
  well: (server: string, ms: string) => `${server} is well: it answered in ${ms}`,
  unwell: (server: string, reason: string) => `${server} is not well: ${reason}`,
  started: (server: string) => `${server} is switched on`,
  stopped: (server: string) => `${server} is switched off`,
  removed: (server: string) => `${server} is no longer configured`,
  loggedOut: (server: string) => `logged out of ${server}`,
};
const zh: typeof en = {
  restarted: server => `已重新连接 ${server}`,
  well: (server, ms) => `${server} 正常：${ms} 内响应`,
  unwell: (server, reason) => `${server} 异常：${reason}`,
  started: server => `已启用 ${server}`,
  stopped: server => `已停用 ${server}`,
  removed: server => `已从配置中移除 ${server}`,
  loggedOut: server => `已退出 ${server} 的登录`,
};
const words: Record<Language, typeof en> = { en, zh };

export function useServerActions(server: string) {
  const tell = useTell();
  const said = useWords(words);
  const format = useFormat();
  const restart = useChange('restartServer');
  const check = useChange('checkServer');
  const enable = useChange('enableServer');
  const disable = useChange('disableServer');
  const remove = useChange('removeServer');
  const logOut = useChange('logOutOfServer');
  const input = { params: { server } };
  const told = (text: string) => ({ onSuccess: () => tell.done(text), onError: tell.failed });

  return {
    isBusy: [restart, check, enable, disable, remove, logOut].some(({ isPending }) => isPending),
    restart: () => restart.mutate(input, told(said.restarted(server))),
    enable: () => enable.mutate(input, told(said.started(server))),
    disable: () => disable.mutate(input, told(said.stopped(server))),
    remove: (then: () => void) =>
      remove.mutate(input, {
        onError: tell.failed,
        onSuccess: () => {
          tell.done(said.removed(server));
          then();
        },
      }),
    logOut: () => logOut.mutate(input, told(said.loggedOut(server))),
    check: () =>
      check.mutate(input, {
        onError: tell.failed,
        onSuccess: ({ ok, ms = 0, reason = '' }: AnswerOf<'checkServer'>) =>
          tell.done(ok ? said.well(server, format.ms(ms)) : said.unwell(server, reason)),
      }),
    /** In a new window, which must be opened before anything is waited for. */
    logIn: () => {
      const opened = window.open('about:blank', '_blank');
      ask('loginPage', input)
        .then(({ url }) => {
          if (opened === null) location.assign(url);
          else opened.location.href = url;
        })
        .catch((error: ApiError) => {
          opened?.close();
          tell.failed(error);
        });
    },
  };
}
