import { useNavigate, useSearch } from '@tanstack/react-router';

export type FilterName = 'server' | 'tool' | 'client' | 'outcome' | 'request' | 'since';

/** Which calls are looked at: what is in the address. `since` is how long ago, in milliseconds. */
export function useFilter() {
  const search = useSearch({ from: '/calls' });
  const navigate = useNavigate({ from: '/calls' });
  const { call, until: _, ...filter } = search;
  const set = (name: FilterName, value: string) =>
    void navigate({
      search: before => ({ ...before, [name]: value === '' ? undefined : value, call: undefined }),
      replace: true,
    });
  return {
    filter,
    call,
    set,
    isEmpty: Object.values(filter).every(value => value === undefined),
    clear: () => void navigate({ search: {}, replace: true }),
    open: (id: number | undefined) =>
      void navigate({ search: before => ({ ...before, call: id === undefined ? undefined : String(id) }) }),
  };
}
