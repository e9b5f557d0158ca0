import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stem } from './stem.ts';
import { tokenize } from './tokens.ts';

const stems = (text: string) => tokenize(text).map(stem);

test.each([
  ['createIssue', ['creat', 'issu', 'createissu']],
  ['create_issue', ['creat', 'issu']],
  ['get-weather.now', ['get', 'weather', 'now']],
  ['HTTPServer', ['http', 'server', 'httpserver']],
  ['GitHub', ['git', 'hub', 'github']],
  ['s3', ['s', '3', 's3']],
  ['the list of files', ['list', 'file']],
  ['Ｆｕｌｌ ﬁle', ['full', 'file']],
  ['größe café', ['größe', 'café']],
  ['必应搜索', ['必应', '应搜', '搜索']],
  ['查12306票', ['查', '12306', '票']],
  ['ファイル 검색', ['ファ', 'ァイ', 'イル', '검색']],
  ['__proto__ constructor', ['proto', 'constructor']],
  ['', []],
  ['!? …', []],
])('%s', (text, tokens) => {
  expect(stems(text)).toEqual(tokens);
});

test('only so much of a text is read', () => {
  expect(tokenize('word '.repeat(100_000)).length).toBeLessThan(2000);
  expect(tokenize('x'.repeat(100_000))[0]!.length).toBe(64);
});

test('a text says what its words say, in lower case', () => {
  const word = fc.oneof(
    fc.constantFrom('list', 'getFiles', 'of', 'X1', '搜索', 'a_b'),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), list => {
      const tokens = tokenize(list.join(' '));
      expect(tokens).toEqual(list.flatMap(tokenize));
      expect(tokens).toEqual(tokens.map(token => token.toLowerCase()));
    }),
  );
});

test('a token is the word in the form that it has', () => {
  expect(tokenize('Files created')).toEqual(['files', 'created']);
});
