import { Page } from '../../parts/page.tsx';

export function Configuration() {
  return <Page title="Configuration">…</Page>;
}
