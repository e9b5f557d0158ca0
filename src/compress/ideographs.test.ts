import { expect, test } from 'vitest';
import { isUsualIdeograph } from './ideographs.ts';

const usual = (character: string) => isUsualIdeograph(character.codePointAt(0)!);

test('the first level of GB 2312 is usual, from its first to its last', () => {
  for (const character of '啊的一是中国搜索座')
    expect([character, usual(character)]).toEqual([character, true]);
  const all = Array.from({ length: 0xa000 - 0x4e00 }, (_, index) => 0x4e00 + index);
  expect(all.filter(isUsualIdeograph)).toHaveLength(3_755);
});

test('all else is not', () => {
  for (const character of '亍丌齄龘㐀a한') expect([character, usual(character)]).toEqual([character, false]);
});
