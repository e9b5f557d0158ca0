/** The languages of the page. Each part has its words beside it: `{ en, zh }`, of one shape. */
import { useSyncExternalStore } from 'react';

export const languages = { en: 'English', zh: '中文' } as const;
export type Language = keyof typeof languages;

const key = 'mcpx.language';
const watchers = new Set<() => void>();
let current: Language = remembered();

function remembered(): Language {
  const kept = localStorage.getItem(key);
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

export function useLanguage(): Language {
  return useSyncExternalStore(
    watcher => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => current,
  );
}

export function speak(language: Language): void {
  current = language;
  localStorage.setItem(key, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const watcher of watchers) watcher();
}

speak(current);

/** The words of a part in the language that is chosen. */
export function useWords<W>(words: Record<Language, W>): W {
  return words[useLanguage()];
}
