/** The pages, as the navigation has them. */
import {
  Activity,
  BookOpen,
  ChartColumn,
  Gauge,
  type LucideIcon,
  Monitor,
  ScrollText,
  SlidersHorizontal,
  Wrench,
} from 'lucide-react';

export const places = {
  overview: { to: '/', icon: Gauge, key: 'o' },
  tools: { to: '/tools', icon: Wrench, key: 't' },
  resources: { to: '/resources', icon: BookOpen, key: 'r' },
  calls: { to: '/calls', icon: Activity, key: 'c' },
  statistics: { to: '/statistics', icon: ChartColumn, key: 's' },
  clients: { to: '/clients', icon: Monitor, key: 'l' },
  configuration: { to: '/configuration', icon: SlidersHorizontal, key: 'f' },
  logs: { to: '/logs', icon: ScrollText, key: 'g' },
} as const satisfies Record<string, { to: string; icon: LucideIcon; key: string }>;

export type PlaceName = keyof typeof places;
