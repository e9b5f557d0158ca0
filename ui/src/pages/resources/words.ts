import type { Language } from '../../words/language.ts';

const en = {
  title: 'Resources and prompts',
  search: 'Filter by name or address',
  allServers: 'All servers',
  resources: 'Resources',
  templates: 'Templates',
  prompts: 'Prompts',
  none: 'Nothing here',
  noneHelp: 'Servers list resources and prompts if they have some. Many have tools alone.',
  choose: 'Choose one at the left to read it.',
  read: 'Read',
  fill: 'Fill in',
  required: 'required',
  noArguments: 'It takes no arguments.',
  address: 'Address',
  empty: 'It is empty.',
  refused: (code: string, message: string) => `The server refused (${code}): ${message}`,
  messages: 'Messages',
  roles: { user: 'User', assistant: 'Assistant' } as Record<string, string>,
};
const zh: typeof en = {
  title: '资源与提示词',
  search: '按名称或地址筛选',
  allServers: '全部服务器',
  resources: '资源',
  templates: '模板',
  prompts: '提示词',
  none: '这里什么都没有',
  noneHelp: '有资源和提示词的服务器会列出它们。许多服务器只有工具。',
  choose: '在左侧选择一项以读取。',
  read: '读取',
  fill: '填写',
  required: '必填',
  noArguments: '不需要参数。',
  address: '地址',
  empty: '内容为空。',
  refused: (code, message) => `服务器拒绝（${code}）：${message}`,
  messages: '消息',
  roles: { user: '用户', assistant: '助手' },
};

export const words: Record<Language, typeof en> = { en, zh };
