import fc from 'fast-check';
import { type ParseError, parse, parseTree } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { withoutValue, withValue } from './edit.ts';

const server = { command: 'npx', args: ['-y', 'a-server'] };

/** A file as people keep them, with a comment at every place where one can stand. */
const full = `// 1 before
{ // 2 behind the brace
  // 3 above a key
  "mcpServers": { // 4 behind its brace
    // 5 above the first
    "one": { "command": "a" }, // 6 behind the first
    /* 7 before a key */ "two" /* 8 */ : /* 9 */ { // 10 inside
      // 11 above a setting
      "command": "b", // 12 behind a setting
      "args": [ // 13 in a list
        "x", // 14 behind an item
        "y" /* 15 behind the last item */
      ] // 16 behind the last setting
      // 17 below it
    } /* 18 before the comma */, // 19 behind the second
    // 20 above the last
    "three": { "command": "c" } // 21 behind the last
    // 22 below the last
  }, // 23 behind the servers
  // 24 above
  "gateway": { "port": 8000 } // 25
  // 26 at the end
} // 27 behind it
// 28 after all
`;

describe('comments at every place stay', () => {
  test('when a server is added', () => {
    const after = withValue(full, ['mcpServers', 'new'], server);
    expect(after).toBe(
      full
        .replace('"three": { "command": "c" }', '"three": { "command": "c" },')
        .replace(
          '    // 22 below the last\n',
          '    // 22 below the last\n    "new": { "command": "npx", "args": ["-y", "a-server"] }\n',
        ),
    );
  });

  test('when a server goes, but for the one on its last line', () => {
    expect(withoutValue(full, ['mcpServers', 'one'])).toBe(
      full.replace('    "one": { "command": "a" }, // 6 behind the first\n', ''),
    );
    expect(withoutValue(full, ['mcpServers', 'three'])).toBe(
      full
        .replace('    "three": { "command": "c" } // 21 behind the last\n', '')
        .replace('/* 18 before the comma */,', '/* 18 before the comma */'),
    );
    const gone = withoutValue(full, ['mcpServers', 'two']);
    expect(numbersIn(gone)).toEqual(numbersIn(full).filter(number => number < 8 || number > 18));
  });

  test('when a setting is added, changed or removed', () => {
    expect(withValue(full, ['mcpServers', 'one', 'enabled'], false)).toBe(
      full.replace('{ "command": "a" }', '{ "command": "a", "enabled": false }'),
    );
    expect(withValue(full, ['mcpServers', 'two', 'enabled'], false)).toBe(
      full
        .replace(']', '],')
        .replace('      // 17 below it\n', '      // 17 below it\n      "enabled": false\n'),
    );
    expect(withValue(full, ['mcpServers', 'two', 'command'], 'z')).toBe(full.replace('"b"', '"z"'));
    expect(withValue(full, ['gateway', 'port'], 9)).toBe(full.replace('8000', '9'));
    expect(withValue(full, ['gateway', 'keys', 'me'], 'k')).toBe(
      full.replace('{ "port": 8000 }', '{ "port": 8000, "keys": { "me": "k" } }'),
    );
    expect(withoutValue(full, ['mcpServers', 'two', 'command'])).toBe(
      full.replace('      "command": "b", // 12 behind a setting\n', ''),
    );
  });

  test('when a whole server is set again: only what is different is touched', () => {
    const value = { command: 'b', args: ['x', 'y'], timeoutMs: 5 };
    expect(withValue(full, ['mcpServers', 'two'], value)).toBe(
      full
        .replace(']', '],')
        .replace('      // 17 below it\n', '      // 17 below it\n      "timeoutMs": 5\n'),
    );
    expect(withValue(full, ['mcpServers', 'two'], { command: 'b', args: ['x', 'y'] })).toBe(full);
  });

  test('when a section is added', () => {
    expect(withValue(full, ['defaults'], { retry: true })).toBe(
      full
        .replace('{ "port": 8000 }', '{ "port": 8000 },')
        .replace('  // 26 at the end\n', '  // 26 at the end\n  "defaults": { "retry": true }\n'),
    );
  });
});

describe('what is added looks like what is there', () => {
  test.each([
    ['an empty object', '{}', '{ "a": { "b": 1 } }'],
    ['an empty object over two lines', '{\n}\n', '{\n  "a": {\n    "b": 1\n  }\n}\n'],
    ['one line', '{ "x": 1 }', '{ "x": 1, "a": { "b": 1 } }'],
    ['one line without spaces', '{"x":1}', '{"x":1, "a": { "b": 1 } }'],
    ['a comma at the end', '{\n  "x": 1,\n}', '{\n  "x": 1,\n  "a": {\n    "b": 1\n  },\n}'],
    ['a comma at the end of one line', '{ "x": 1, }', '{ "x": 1, "a": { "b": 1 }, }'],
    ['four spaces', '{\n    "x": 1\n}', '{\n    "x": 1,\n    "a": {\n        "b": 1\n    }\n}'],
    ['tabs', '{\n\t"x": 1\n}', '{\n\t"x": 1,\n\t"a": {\n\t\t"b": 1\n\t}\n}'],
    ['lines of Windows', '{\r\n  "x": 1\r\n}', '{\r\n  "x": 1,\r\n  "a": {\r\n    "b": 1\r\n  }\r\n}'],
    ['only a comment', '{\n  // nothing yet\n}', '{\n  // nothing yet\n  "a": {\n    "b": 1\n  }\n}'],
    ['a brace behind the last', '{\n  "x": 1 }', '{\n  "x": 1,\n  "a": {\n    "b": 1\n  } }'],
    ['a byte order mark', '\ufeff{ "x": 1 }', '\ufeff{ "x": 1, "a": { "b": 1 } }'],
    ['servers on one line each', '{\n  "x": { "y": 1 }\n}', '{\n  "x": { "y": 1 },\n  "a": { "b": 1 }\n}'],
    [
      'a comment behind the last, which must not swallow the comma',
      '{\n  "x": 1 // no, this\n}',
      '{\n  "x": 1, // no, this\n  "a": {\n    "b": 1\n  }\n}',
    ],
  ])('%s', (_, before, after) => {
    expect(withValue(before, ['a', 'b'], 1)).toBe(after);
  });

  test('lists are short where they fit, and long ones are not', () => {
    const long = Array.from({ length: 30 }, (_, index) => `argument-${index}`);
    const after = withValue('{\n  "x": 1\n}', ['a'], { short: ['a', 'b'], long });
    expect(after).toContain('"short": ["a", "b"]');
    expect(after).toContain('      "argument-0",\n      "argument-1",\n');
  });
});

describe('what is removed leaves no trace', () => {
  test.each([
    ['{ "a": 1 }', '{}'],
    ['{ "a": 1, "b": 2 }', '{ "b": 2 }'],
    ['{ "b": 2, "a": 1 }', '{ "b": 2 }'],
    ['{ "b": 2, "a": 1, "c": 3 }', '{ "b": 2, "c": 3 }'],
    ['{\n  "a": 1\n}', '{\n}'],
    ['{\n  "b": 2,\n  "a": 1\n}', '{\n  "b": 2\n}'],
    ['{\n  "b": 2,\n  "a": 1,\n}', '{\n  "b": 2,\n}'],
    ['{\n  "b": 2,\n  "a": 1 }', '{\n  "b": 2 }'],
    ['{\r\n  "a": 1, // gone\r\n  "b": 2\r\n}', '{\r\n  "b": 2\r\n}'],
    [
      '{\n  "b": 2, // stays\n\n  // stays too\n  "a": 1 // goes\n}',
      '{\n  "b": 2 // stays\n\n  // stays too\n}',
    ],
    ['{\n  "a": 1, "b": 2\n}', '{\n  "b": 2\n}'],
    ['{ /* x */ "a": 1 /* y */ }', '{ /* x */  /* y */ }'],
    ['{ "b": 1 }', '{ "b": 1 }'],
  ])('%j', (before, after) => {
    expect(withoutValue(before, ['a'])).toBe(after);
  });
});

test('names may be anything', () => {
  const names = ['__proto__', 'constructor', '', 'a.b', 'a"b\\c', '\u2028', '名前'];
  const all = names.reduce((text, name) => withValue(text, ['mcpServers', name], server), '{\n}');
  const none = names.reduce((text, name) => withoutValue(text, ['mcpServers', name]), all);
  expect(membersOf(all)).toEqual(names);
  expect(membersOf(none)).toEqual([]);
});

test('a large file is quick to change, and nothing else of it is touched', () => {
  const history = Array.from({ length: 40_000 }, (_, index) => ({ display: 'x"{\\n'.repeat(80), index }));
  const text = JSON.stringify(
    { projects: { '/p': { history } }, mcpServers: { a: server }, last: 1 },
    null,
    2,
  );
  expect(text.length).toBeGreaterThan(15_000_000);
  const started = performance.now();
  const after = withValue(text, ['mcpServers', 'b'], server);
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(withoutValue(after, ['mcpServers', 'b'])).toBe(text);
});

/** Any object written in any layout, with comments wherever they can stand. */
const documents = fc
  .tuple(
    fc.dictionary(
      fc.string({ maxLength: 3 }),
      fc.oneof(scalar(), fc.dictionary(fc.string({ maxLength: 3 }), scalar())),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
    fc.array(fc.constantFrom('', ' ', '\n', '\n  ', '/* c */', ' // c\n', '\n  // c\n  ', '\r\n\t'), {
      minLength: 60,
      maxLength: 60,
    }),
    fc.boolean(),
  )
  .map(([value, gaps, comma]) => ({ text: write(value, gaps, comma), comma }));

function scalar() {
  return fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ maxLength: 4 }),
    fc.constant(['x', 1]),
  );
}

/** `value` as JSON with the next of `gaps` between any two tokens, and a comma behind the last member if `comma`. */
function write(value: object, gaps: string[], comma: boolean): string {
  let next = 0;
  const gap = () => gaps[next++ % gaps.length]!;
  const object = (inner: object): string => {
    const members = Object.entries(inner).map(
      ([name, item]) =>
        `${gap()}${JSON.stringify(name)}${gap()}:${gap()}${isObject(item) ? object(item) : JSON.stringify(item)}${gap()}`,
    );
    const end = comma && members.length > 0 ? `,${gap()}` : '';
    return `{${members.join(',')}${end}${gap()}}`;
  };
  return gap() + object(value) + gap();
}

test('whatever is set or removed, the rest says the same, in the same order, with the same comments', () => {
  const paths = fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(
      documents,
      paths,
      fc.oneof(scalar(), fc.constant({ n: 1 })),
      ({ text, comma }, path, value) => {
        const before = parse(text, [], { allowTrailingComma: true });
        const set = withValue(text, path, value);
        expect(soundly(set, comma)).toEqual(setIn(before, path, value));
        const gone = withoutValue(text, path);
        expect(soundly(gone, comma)).toEqual(removeIn(before, path));
        if (!hasPath(before, path)) {
          expect(gone).toBe(text);
          if (
            isObject(before) &&
            (path.length === 1 || before[path[0]!] === undefined || isObject(before[path[0]!]))
          ) {
            expect(comments(set)).toBe(comments(text));
          }
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

describe('a list', () => {
  const of = (list: string) => `{\n  "s": {\n    "deny": ${list}\n  }\n}\n`;
  const listed = (list: string, items: unknown[]) => withValue(of(list), ['s', 'deny'], items);

  test.each([
    ['["a"]', ['a', 'b'], '["a", "b"]'],
    ['[ "a" ]', ['a', 'b'], '[ "a", "b" ]'],
    ['["a", "b"]', ['a'], '["a"]'],
    ['["a", "b"]', ['b'], '["b"]'],
    ['["a"]', ['a'], '["a"]'],
    ['["a"]', [], '[]'],
    ['[]', ['a'], '["a"]'],
    ['["a", "b"]', ['b', 'a'], '["b", "a"]'],
    ['[\n      "a",\n      "b"\n    ]', ['a'], '[\n      "a"\n    ]'],
  ])('%s becomes %j as a person would write it', (list, items, wanted) => {
    expect(listed(list, items)).toBe(of(wanted));
  });

  test('keeps its comments and its layout when something comes or goes', () => {
    const list = `[
      // these delete things; see ticket 42
      "delete_file",
      "rm_rf" // never
    ]`;
    expect(listed(list, ['delete_file', 'rm_rf', 'write_file'])).toBe(
      of(list.replace('"rm_rf" // never', '"rm_rf", // never\n      "write_file"')),
    );
    expect(listed(list, ['rm_rf'])).toBe(of(list.replace('      "delete_file",\n', '')));
  });

  test('whatever comes and goes, it has what was asked for', () => {
    const item = fc.constantFrom('"a"', '"b"', '1', '{ "x": [1] }', '["y"]');
    const gap = fc.constantFrom('', ' ', '\n      ', ' /* c */ ', ' // d\n      ');
    const list = fc
      .tuple(fc.array(fc.tuple(gap, item, gap), { maxLength: 4 }), gap, fc.boolean())
      .map(([items, end, trailing]) => {
        const inner = items.map(parts => parts.join('')).join(',');
        return `[${inner}${trailing && items.length > 0 ? ',' : ''}${end}]`;
      });
    const wanted = fc.array(fc.constantFrom('a', 'b', 1, { x: [1] }, ['y']), { maxLength: 5 });
    fc.assert(
      fc.property(list, wanted, fc.boolean(), (old, items, more) => {
        const before = parse(old, [], { allowTrailingComma: true }) as unknown[];
        const all = more
          ? [...before, ...items]
          : before.filter((_, index) => index % 2 === items.length % 2);
        const errors: ParseError[] = [];
        const after = parse(listed(old, all), errors, { allowTrailingComma: true });
        expect([after, errors]).toEqual([{ s: { deny: all } }, []]);
      }),
      { numRuns: 1_000 },
    );
  });
});

type Plain = Record<string, unknown>;

function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function setIn(value: unknown, [name, ...rest]: string[], inner: unknown): unknown {
  const base = isObject(value) ? value : {};
  const set = rest.length === 0 ? inner : setIn(base[name!], rest, inner);
  return Object.fromEntries([...Object.entries(base).filter(([key]) => key !== name), [name, set]]);
}

function removeIn(value: unknown, [name, ...rest]: string[]): unknown {
  if (!isObject(value) || !Object.hasOwn(value, name!)) return value;
  const others = Object.entries(value).filter(([key]) => key !== name);
  if (rest.length === 0) return Object.fromEntries(others);
  return { ...value, [name!]: removeIn(value[name!], rest) };
}

function hasPath(value: unknown, [name, ...rest]: string[]): boolean {
  if (!isObject(value) || !Object.hasOwn(value, name!)) return false;
  return rest.length === 0 || hasPath(value[name!], rest);
}

/** The value of a text that must be without fault: other clients do not take a comma behind the last member. */
function soundly(text: string, allowTrailingComma: boolean): unknown {
  const errors: never[] = [];
  const value = parse(text, errors, { allowTrailingComma });
  expect(errors, text).toEqual([]);
  return value;
}

function comments(text: string): string {
  const outsideStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return (outsideStrings.match(/\/\/[^\r\n]*|\/\*.*?\*\//g) ?? []).join('|');
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(/\/[/*] (\d+)/g)].map(match => Number(match[1]));
}

function membersOf(text: string): string[] {
  const root = parseTree(text, [], { allowTrailingComma: true })!;
  return root.children![0]!.children![1]!.children!.map(({ children }) => children![0]!.value);
}
