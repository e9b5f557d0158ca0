/** Numbers, sizes and times as people of the chosen language read them. */
import { useMemo } from 'react';
import { type Language, useLanguage } from './language.ts';

export interface Format {
  count: (value: number) => string;
  /** Such as `12.3k`. */
  short: (value: number) => string;
  percent: (share: number) => string;
  /** Such as `340 ms`, `2.1 s`, `3 min`. */
  ms: (value: number) => string;
  /** Such as `3 min ago`. */
  ago: (time: string | number) => string;
  /** Day and time, to the second. */
  moment: (time: string | number) => string;
  /** Time of day, to the second. */
  clock: (time: string | number) => string;
  /** Such as `14:05`. */
  hour: (time: number) => string;
  /** Such as `26 Nov`. */
  day: (time: number) => string;
}

const locales: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => formatIn(language), [language]);
}

function formatIn(language: Language): Format {
  const locale = locales[language];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const hour = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const date = (time: string | number) => new Date(time);
  return {
    count: whole.format,
    short: value => short.format(value).toLowerCase(),
    percent: percent.format,
    ms: value => {
      if (value < 10) return `${value.toFixed(1)} ms`;
      if (value < 1_000) return `${Math.round(value)} ms`;
      if (value < 60_000) return `${(value / 1_000).toFixed(1)} s`;
      return `${Math.round(value / 60_000)} min`;
    },
    ago: time => {
      const seconds = Math.round((date(time).getTime() - Date.now()) / 1_000);
      const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? steps.at(-1)!;
      return relative.format(Math.trunc(seconds / size), unit);
    },
    moment: time => moment.format(date(time)),
    clock: time => clock.format(date(time)),
    hour: time => hour.format(time),
    day: time => day.format(time),
  };
}
