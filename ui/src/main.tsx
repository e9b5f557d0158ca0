import './styles.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { follow } from './api/events.ts';
import { router } from './app/router.tsx';
import { Toasts } from './parts/toasts.tsx';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000, // events say sooner when something is another
      retry: (failures, error) => failures < 2 && 'status' in error && error.status === 0,
      refetchOnWindowFocus: false,
    },
  },
});
follow(client);

createRoot(document.getElementById('page')!).render(
  <StrictMode>
    {/* nothing inline: the page's policy forbids it */}
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={client}>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
