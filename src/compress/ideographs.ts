const first = 0x4e00;
const end = 0xa000;

/** 1 for each usual one; made when the first one is asked for. */
let usual: Uint8Array | undefined;

/** Whether an ideograph (U+4E00 to U+9FFF) is one of the 3,755 that GB 2312 has as the usual ones. */
export function isUsualIdeograph(code: number): boolean {
  usual ??= usualOnes();
  return usual[code - first] === 1;
}

/** The first level of GB 2312, as its encoding has it: rows B0 to D7, cells A1 to FE. */
function usualOnes(): Uint8Array {
  const all = new Uint8Array(end - first);
  const bytes: number[] = [];
  for (let row = 0xb0; row <= 0xd7; row++) for (let cell = 0xa1; cell <= 0xfe; cell++) bytes.push(row, cell);
  for (const character of decoded(Uint8Array.from(bytes))) {
    const code = character.charCodeAt(0);
    if (code >= first && code < end) all[code - first] = 1;
  }
  return all;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('gbk').decode(bytes);
  } catch {
    return ''; // a Node without that encoding: all are taken for unusual ones, which are dearer
  }
}
