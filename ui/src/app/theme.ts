/** Light or dark: as the system says, or as chosen here. */
import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'mcpx.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const watchers = new Set<() => void>();
let chosen: Theme = themes.find(theme => theme === localStorage.getItem(key)) ?? 'system';

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  localStorage.setItem(key, theme);
  apply();
}

/** What was chosen. */
export function useChosenTheme(): Theme {
  return useSyncExternalStore(watch, () => chosen);
}

/** What is shown. */
export function useTheme(): 'light' | 'dark' {
  return useSyncExternalStore(watch, shown);
}

function shown(): 'light' | 'dark' {
  if (chosen !== 'system') return chosen;
  return system.matches ? 'dark' : 'light';
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function apply(): void {
  document.documentElement.dataset['theme'] = shown();
  for (const watcher of watchers) watcher();
}

system.addEventListener('change', apply);
apply();
