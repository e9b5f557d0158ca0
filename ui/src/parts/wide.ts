import { useSyncExternalStore } from 'react';

const query = matchMedia('(min-width: 768px)');

/** Whether there is room for more than what matters most. */
export function useWide(): boolean {
  return useSyncExternalStore(
    watcher => {
      query.addEventListener('change', watcher);
      return () => query.removeEventListener('change', watcher);
    },
    () => query.matches,
  );
}
