import { Foreign } from '../../parts/foreign.tsx';
import { useWords } from '../../words/language.ts';
import { words } from './words.ts';

/** What a server answered instead of what was asked for. */
export function Refused({ error: { code, message } }: { error: { code: number; message: string } }) {
  const said = useWords(words);
  return (
    <p role="alert" className="rounded-md bg-bad-ground p-3 text-bad">
      <Foreign>{said.refused(String(code), message)}</Foreign>
    </p>
  );
}
