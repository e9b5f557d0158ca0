import { Page } from '../../parts/page.tsx';

export function Calls() {
  return <Page title="Calls">…</Page>;
}
