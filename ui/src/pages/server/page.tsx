import { Page } from '../../parts/page.tsx';

export function Server() {
  return <Page title="Server">…</Page>;
}
