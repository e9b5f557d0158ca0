import { useAnswer } from '../../api/queries.ts';

/** A resource, a template of some, or a prompt, as its server listed it. */
export interface Item {
  kind: 'resource' | 'template' | 'prompt';
  server: string;
  /** Of a resource its address, of a template that with variables, of a prompt its name. */
  id: string;
  name: string;
  description: string;
  listed: Record<string, unknown>;
}

/** All of one server, or of all; those that have all words of `wanted`. */
export function useItems(server: string | undefined, wanted: string) {
  const resources = useAnswer('listResources', { query: { server } }, { keep: true });
  const prompts = useAnswer('listPrompts', { query: { server } }, { keep: true });
  const needles = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ id, name, description, server }: Item) => {
    const text = `${server} ${id} ${name} ${description}`.toLowerCase();
    return needles.every(needle => text.includes(needle));
  };
  const items = [
    ...(resources.data?.resources ?? []).map(({ server, item }) => itemOf('resource', server, item, 'uri')),
    ...(resources.data?.templates ?? []).map(({ server, item }) =>
      itemOf('template', server, item, 'uriTemplate'),
    ),
    ...(prompts.data?.prompts ?? []).map(({ server, item }) => itemOf('prompt', server, item, 'name')),
  ];
  return { query: resources, items: items.filter(fits) };
}

function itemOf(kind: Item['kind'], server: string, listed: Record<string, unknown>, id: string): Item {
  const text = (name: string) => (typeof listed[name] === 'string' ? listed[name] : '');
  return {
    kind,
    server,
    id: text(id),
    name: text('title') || text('name') || text(id),
    description: text('description'),
    listed,
  };
}

/** The names of the variables in an address, such as `{path}` and `{+path}` (RFC 6570, level 1 and `+`). */
export function variablesIn(template: string): string[] {
  return [...template.matchAll(/\{[+#./;?&]?([^}]+)\}/g)].flatMap(([, names]) =>
    names!.split(',').map(name => name.replace(/[*:].*$/, '')),
  );
}

/** A template with its variables filled in. */
export function filledIn(template: string, values: Record<string, string>): string {
  return template.replace(/\{([+#./;?&]?)([^}]+)\}/g, (_, operator: string, names: string) => {
    const parts = names.split(',').map(name => {
      const plain = name.replace(/[*:].*$/, '');
      const value = values[plain] ?? '';
      const shown = operator === '+' || operator === '#' ? encodeURI(value) : encodeURIComponent(value);
      return operator === '?' || operator === '&' ? `${plain}=${shown}` : shown;
    });
    return (operator === '+' ? '' : operator) + parts.join(operator === '?' || operator === '&' ? '&' : ',');
  });
}
