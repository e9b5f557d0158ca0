import { Page } from '../../parts/page.tsx';

export function Tool() {
  return <Page title="Tool">…</Page>;
}
