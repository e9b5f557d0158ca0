import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ApiError } from '../api/client.ts';
import { useAnswer, useChange } from '../api/queries.ts';
import { Button } from '../parts/button.tsx';
import { Choice } from '../parts/field.tsx';
import { type Language, languages, speak, useLanguage, useWords } from '../words/language.ts';
import { Live } from './live.tsx';
import { Login } from './login.tsx';
import { type PlaceName, places } from './navigation.ts';
import { Shortcuts } from './shortcuts.tsx';
import { chooseTheme, type Theme, themes, useChosenTheme } from './theme.ts';
import { words } from './words.ts';

/** What is around every page; or the login, for whoever may not see any. */
export function Shell() {
  const { toContent } = useWords(words);
  const { data: status, error } = useAnswer('getStatus', {});
  if (error instanceof ApiError && error.status === 401) return <Login />;
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <button
        type="button"
        onClick={() => document.getElementById('content')?.focus()}
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {toContent}
      </button>
      <Navigation />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar version={status?.version} />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          <Outlet />
        </main>
      </div>
    </div>
  );
}

function Navigation() {
  const { places: names, navigation } = useWords(words);
  const place = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another page another link is the active one
  useEffect(() => {
    const active = place.current?.querySelector('[data-status=active]');
    active?.scrollIntoView({ block: 'nearest', inline: 'center' }); // a narrow screen has no room for all
  }, [path]);
  return (
    <nav
      ref={place}
      aria-label={navigation}
      className="sticky top-0 z-30 flex shrink-0 gap-0.5 overflow-x-auto border-b border-line bg-panel p-1.5 md:h-dvh md:w-48 md:flex-col md:border-r md:border-b-0 md:p-3"
    >
      <div aria-hidden className="hidden px-2 pb-3 text-lg font-bold tracking-tight md:block">
        MCPX
      </div>
      {(Object.keys(places) as PlaceName[]).map(name => {
        const { to, icon: Icon } = places[name];
        return (
          <Link
            key={name}
            to={to}
            activeOptions={{ exact: to === '/' }}
            className="flex shrink-0 items-center gap-2 rounded-md px-2.5 py-1.5 font-medium whitespace-nowrap text-ink-soft hover:bg-hover hover:text-ink data-[status=active]:bg-accent-ground data-[status=active]:text-accent"
          >
            <Icon size={16} aria-hidden />
            {names[name]}
          </Link>
        );
      })}
    </nav>
  );
}

function TopBar({ version }: { version: string | undefined }) {
  const { theme, themes: themeNames, language, logOut } = useWords(words);
  const leave = useChange('logOut');
  return (
    <header className="flex min-h-11 flex-wrap items-center justify-end gap-2 border-b border-line bg-panel px-4 py-1.5">
      <Live />
      <span className="flex-1 text-xs text-ink-soft tabular-nums max-md:invisible">
        {version !== undefined && `v${version}`}
      </span>
      <Choice
        aria-label={theme}
        value={useChosenTheme()}
        options={themes.map(each => [each, themeNames[each]])}
        onChoose={chosen => chooseTheme(chosen as Theme)}
      />
      <Choice
        aria-label={language}
        value={useLanguage()}
        options={Object.entries(languages)}
        onChoose={chosen => speak(chosen as Language)}
      />
      <span className="max-md:hidden">
        <Shortcuts />
      </span>
      <Button
        look="quiet"
        icon={LogOut}
        aria-label={logOut}
        title={logOut}
        onClick={() => leave.mutate({})}
      />
    </header>
  );
}
