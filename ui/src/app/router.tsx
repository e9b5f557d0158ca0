/** The addresses of the page, after the `#`: which page each is, and what may follow its question mark. */
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { Broken, NotThere } from './fault.tsx';
import { Shell } from './shell.tsx';

/** Takes texts of these names from an address; all else is dropped. JSON that the router has read becomes text again. */
function texts<const N extends string>(...names: N[]) {
  return (given: Record<string, unknown>): { [K in N]?: string } =>
    Object.fromEntries(
      names.flatMap(name => (given[name] === undefined ? [] : [[name, textOf(given[name])]])),
    ) as { [K in N]?: string };
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotThere, errorComponent: Broken });
const page = { getParentRoute: () => root } as const;

const overview = createRoute({
  ...page,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview/page.tsx'), 'Overview'),
});
const server = createRoute({
  ...page,
  path: '/servers/$server',
  validateSearch: texts('tab'),
  component: lazyRouteComponent(() => import('../pages/server/page.tsx'), 'Server'),
});
const tools = createRoute({
  ...page,
  path: '/tools',
  validateSearch: texts('query', 'server'),
  component: lazyRouteComponent(() => import('../pages/tools/page.tsx'), 'Tools'),
});
const tool = createRoute({
  ...page,
  path: '/tools/$server/$tool',
  /** `arguments`: JSON to try it with. */
  validateSearch: texts('tab', 'arguments'),
  component: lazyRouteComponent(() => import('../pages/tool/page.tsx'), 'Tool'),
});
const resources = createRoute({
  ...page,
  path: '/resources',
  validateSearch: texts('server', 'uri', 'prompt', 'query'),
  component: lazyRouteComponent(() => import('../pages/resources/page.tsx'), 'Resources'),
});
const calls = createRoute({
  ...page,
  path: '/calls',
  validateSearch: texts('server', 'tool', 'client', 'outcome', 'request', 'since', 'until', 'call'),
  component: lazyRouteComponent(() => import('../pages/calls/page.tsx'), 'Calls'),
});
const statistics = createRoute({
  ...page,
  path: '/statistics',
  validateSearch: texts('since', 'by', 'server', 'client'),
  component: lazyRouteComponent(() => import('../pages/statistics/page.tsx'), 'Statistics'),
});
const clients = createRoute({
  ...page,
  path: '/clients',
  component: lazyRouteComponent(() => import('../pages/clients/page.tsx'), 'Clients'),
});
const configuration = createRoute({
  ...page,
  path: '/configuration',
  validateSearch: texts('tab'),
  component: lazyRouteComponent(() => import('../pages/configuration/page.tsx'), 'Configuration'),
});
const logs = createRoute({
  ...page,
  path: '/logs',
  validateSearch: texts('server', 'level', 'request', 'query'),
  component: lazyRouteComponent(() => import('../pages/logs/page.tsx'), 'Logs'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    server,
    tools,
    tool,
    resources,
    calls,
    statistics,
    clients,
    configuration,
    logs,
  ]),
  history: createHashHistory(), // so that no path of the gateway can be taken for one of a page
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
