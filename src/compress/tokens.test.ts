import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { encode as toToon } from '@toon-format/toon';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { languages } from './languages.fixture.ts';
import { mostTokens } from './most-tokens.ts';
import { estimateTokens } from './tokens.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join('\n');
const hash = (index: number, algorithm: string, encoding: 'hex' | 'base64') =>
  createHash(algorithm).update(String(index)).digest(encoding);

const words =
  'release customer invoice region blocked review pending Berlin Tokyo latency deploy branch'.split(' ');
const word = (index: number) => words[(index * 7) % words.length]!;
const rows = Array.from({ length: 200 }, (_, index) => ({
  id: 1000 + index,
  name: `${word(index)} ${word(index + 3)}`,
  active: index % 3 === 0,
  score: (index * 7919) % 1000,
  createdAt: new Date(1.7e12 + index * 86_399_000).toISOString(),
  url: `https://example.com/${word(index + 1)}/${index}`,
}));

/** How far the estimate of `text` is from the real number, as a part of it. */
function error(text: string): number {
  const real = encode(text).length;
  return Math.abs(estimateTokens(text) - real) / real;
}

const usual: Record<string, string> = {
  'English prose': `${read('docs/architecture.md')}${read('CONTRIBUTING.md')}`,
  'a readme': read('README.md'),
  TypeScript: ['src/gateway.ts', 'src/rpc/peer.ts', 'src/call/cache.ts'].map(read).join('\n'),
  signatures: many(
    200,
    index =>
      `${word(index)}.get_${word(index + 2)}(owner: string, repo?: string, limit?: number): ${word(index)}[]`,
  ),
  'compact JSON': JSON.stringify(rows),
  'JSON of two spaces': JSON.stringify(rows, null, 2),
  'JSON of four spaces': JSON.stringify(rows, null, 4),
  'a JSON Schema': JSON.stringify(JSON.parse(read('schema/mcpx.schema.json'))),
  TOON: toToon(rows),
  'nested TOON': toToon(JSON.parse(read('package.json'))),
  numbers: JSON.stringify(Array.from({ length: 500 }, (_, index) => [index * 7919, Math.sqrt(index)])),
  'a snapshot of a page': many(
    200,
    index => `${'  '.repeat(index % 6)}- link "${word(index)}" [ref=e${index}]:`,
  ),
  'a log': many(
    200,
    index => `2026-03-10T12:30:07.${100 + index}Z INFO [worker-${index % 8}] took ${index * 7} ms`,
  ),
  URLs: many(
    200,
    index => `https://${word(index)}.example.com/api/v2/${index}?page=${index % 7}#${word(index + 1)}`,
  ),
};

const odd: Record<string, string> = {
  UUIDs: many(200, index => hash(index, 'md5', 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')),
  hashes: many(100, index => hash(index, 'sha256', 'hex')),
  base64: many(100, index => hash(index, 'sha512', 'base64')),
  constants: many(200, index => `MAX_${word(index).toUpperCase()}_${word(index + 5).toUpperCase()}`),
  identifiers: many(200, index => `get${word(index)}By${word(index + 4)}InternalCache`),
  Chinese: read('README.zh-CN.md'),
  Japanese:
    'サーバーは接続を受け付けていません。設定ファイルを開いて鍵を追加し、もう一度お試しください。すでに開いている接続は切断されません。長い結果は保存され、ページごとに読むことができます。',
  Korean:
    '먼저 설정 파일을 열고 서버의 키를 추가하십시오. 이미 열려 있는 연결은 끊어지지 않으며 실패한 시도는 몇 초 후에 다시 실행됩니다. 너무 긴 결과는 저장되어 페이지별로 읽을 수 있습니다.',
  German:
    'Zum Einrichten wird die Datei geöffnet und der Schlüssel eingetragen. Läuft der Dienst schon, so genügt es, ihn neu zu laden: Verbindungen, die noch offen sind, werden nicht getrennt. Wer größere Mengen überträgt, sollte die Grenzwerte für den Speicher anheben und die Protokolle regelmäßig prüfen.',
  French:
    'Pour commencer, ouvrez le fichier de configuration et ajoutez la clé du serveur. Les connexions déjà établies ne sont pas coupées ; celles qui échouent sont réessayées après quelques secondes. Les résultats trop longs sont conservés et peuvent être relus page par page.',
  Russian:
    'Сначала откройте файл настроек и добавьте ключ сервера. Уже открытые соединения не разрываются, а неудачные попытки повторяются через несколько секунд. Слишком длинные результаты сохраняются, и их можно прочитать по страницам.',
  emoji: many(100, index => `${word(index)} 🚀 ${word(index + 1)} ✅ done 👍`),
};

describe('the estimate against the real tokenizer', () => {
  test.each(Object.entries(usual))('within a tenth: %s', (_, text) => {
    expect(error(text)).toBeLessThan(0.1);
  });

  test.each(Object.entries(odd))('within a fifth: %s', (_, text) => {
    expect(error(text)).toBeLessThan(0.2);
  });

  test('of a text that is too long to be looked at in whole', () => {
    const text = Array.from({ length: 20 }, () => JSON.stringify(rows)).join('\n');
    expect(text.length).toBeGreaterThan(500_000);
    expect(error(text)).toBeLessThan(0.1);
  });
});

describe('what a text costs at the most is no less than it costs', () => {
  const texts = { ...usual, ...odd, ...languages };

  test.each(Object.entries(texts))('%s', (_, text) => {
    for (const part of [text, text.slice(0, 200)]) {
      const real = encode(JSON.stringify(part).slice(1, -1)).length;
      expect(mostTokens(part)).toBeGreaterThanOrEqual(real * 0.98);
      expect(mostTokens(part)).toBeLessThan(real * 3.4 + 5);
    }
  });

  test.each(Object.keys(usual))('and not much more where there are no other scripts: %s', name => {
    const text = usual[name]!;
    expect(mostTokens(text)).toBeLessThan(1.4 * encode(text).length);
  });
});

test('nothing costs nothing, and anything something', () => {
  expect(estimateTokens('')).toBe(0);
  for (const text of ['a', ' ', '\n', '{', '7', '中', '\ud800', '\u0000']) {
    expect(estimateTokens(text)).toBe(1);
  }
});

test('ten million characters of anything are no work', () => {
  for (const piece of ['a', 'A', '=', ' ', '\n', '7', '中', '🚀', 'aB3$ ']) {
    const text = piece.repeat(10_000_000 / piece.length);
    expect(estimateTokens(text)).toBeGreaterThan(0); // or else this test takes too long
  }
});
