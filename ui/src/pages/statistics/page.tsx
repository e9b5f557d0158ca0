import { Page } from '../../parts/page.tsx';

export function Statistics() {
  return <Page title="Statistics">…</Page>;
}
