import type { Language } from '../words/language.ts';

const en = {
  text: 'Text',
  image: 'A picture that the server made',
  audio: 'A sound that the server made',
  download: 'Download',
  bytes: (count: number) => `${count.toLocaleString('en')} bytes`,
};
const zh: typeof en = {
  text: '文本',
  image: '服务器生成的图片',
  audio: '服务器生成的音频',
  download: '下载',
  bytes: count => `${count.toLocaleString('en')} 字节`,
};

export const contentWords: Record<Language, typeof en> = { en, zh };
