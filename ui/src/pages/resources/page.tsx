import { Page } from '../../parts/page.tsx';

export function Resources() {
  return <Page title="Resources">…</Page>;
}
