import type { Language } from '../../words/language.ts';

const en = {
  title: 'Logs',
  level: 'At least',
  levels: { debug: 'Debug', info: 'Info', warn: 'Warnings', error: 'Errors' },
  allServers: 'Gateway and servers',
  find: 'Find in what is shown',
  request: (id: string) => `Request ${id}`,
  pause: 'Pause',
  resume: 'Go on',
  paused: (count: string) => `paused, ${count} new lines`,
  toEnd: 'To the end',
  copy: 'Copy what is shown',
  download: 'Download',
  time: 'Time',
  server: 'Server',
  message: 'Message',
  lines: (count: string) => `${count} lines`,
  empty: 'No lines',
  emptyHelp:
    'What the gateway logs, and what servers write to stderr, appears here as it happens. Debug lines are there when the gateway logs at that level: gateway.log.level.',
  line: 'One line',
  gateway: 'gateway',
};
const zh: typeof en = {
  title: '日志',
  level: '至少',
  levels: { debug: '调试', info: '信息', warn: '警告', error: '错误' },
  allServers: '网关和服务器',
  find: '在显示内容中查找',
  request: id => `请求 ${id}`,
  pause: '暂停',
  resume: '继续',
  paused: count => `已暂停，${count} 行新内容`,
  toEnd: '到末尾',
  copy: '复制显示内容',
  download: '下载',
  time: '时间',
  server: '服务器',
  message: '消息',
  lines: count => `${count} 行`,
  empty: '没有内容',
  emptyHelp:
    '网关的日志和服务器写到 stderr 的内容会实时显示在这里。只有在网关以调试级别记录时才有调试行：gateway.log.level。',
  line: '一行',
  gateway: '网关',
};

export const words: Record<Language, typeof en> = { en, zh };
