import { Empty } from '../parts/answer.tsx';
import { useWords } from '../words/language.ts';
import { words } from './words.ts';

/** For an address that no page has. */
export function NotThere() {
  return <Empty title={useWords(words).notThere} />;
}

/** For a page that cannot be drawn. */
export function Broken() {
  const { broken, brokenHelp } = useWords(words);
  return <Empty title={broken}>{brokenHelp}</Empty>;
}
