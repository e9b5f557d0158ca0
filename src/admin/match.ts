/** Which route a request is for. */
import { McpxError } from '../errors.ts';
import type { Route } from './contract/route.ts';
import { routes } from './contract/routes.ts';

type RouteId = keyof typeof routes;

interface Match {
  id: RouteId;
  params: Record<string, string>;
}

/** Names in braces match one part of a path, whatever percent-encoded characters are in it. */
const patterns = (Object.entries(routes) as [RouteId, Route][]).map(([id, { method, path }]) => ({
  id,
  method,
  pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** Throws NOT_FOUND. */
export function match(method: string, path: string): Match {
  const found = patterns.flatMap(each => {
    const matched = each.pattern.exec(path);
    return matched === null ? [] : [{ ...each, params: matched.groups ?? {} }];
  });
  const meant = found.find(each => each.method === method);
  if (meant === undefined) {
    const known = found.map(each => each.method).join(', ');
    throw new McpxError(
      'NOT_FOUND',
      known === '' ? 'there is nothing here.' : `there is only ${known} here.`,
    );
  }
  return { id: meant.id, params: decoded(meant.params) };
}

function decoded(params: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(params).map(([name, text]) => [name, decodeURIComponent(text)] as const),
    );
  } catch {
    throw new McpxError('NOT_FOUND', 'the address has a broken percent sign.');
  }
}
