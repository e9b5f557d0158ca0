import { LogIn } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { ApiError, addressOf } from '../api/client.ts';
import { Problem } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { Code } from '../parts/code.tsx';
import { Field, Input } from '../parts/field.tsx';
import { useWords } from '../words/language.ts';
import { words } from './words.ts';

/** For a browser that has not come by a link: how to get one. */
export function Login() {
  const { login } = useWords(words);
  const [token, setToken] = useState('');
  const [error, setError] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      location.assign(await linkFor(token.trim()));
    } catch (thrown) {
      setError(thrown as ApiError);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="mx-auto flex max-w-md flex-col gap-4 p-6 pt-[12dvh]">
      <h1 className="text-2xl font-semibold">{login.title}</h1>
      <p>{login.text}</p>
      <Code text="mcpx open" label="mcpx open" />
      <p className="text-ink-soft">{login.link}</p>
      <form onSubmit={event => void enter(event)} className="flex flex-col gap-3 border-t border-line pt-4">
        <Field name={login.token} note={login.tokenNote}>
          {ids => (
            <Input {...ids} type="password" value={token} onChange={event => setToken(event.target.value)} />
          )}
        </Field>
        <Button type="submit" look="primary" icon={LogIn} busy={isBusy} disabled={token.trim() === ''}>
          {login.enter}
        </Button>
        {error && <Problem error={error} />}
      </form>
    </main>
  );
}

/** A link that lets this browser in, from whoever has the token; the token itself is kept nowhere. */
async function linkFor(token: string): Promise<string> {
  const response = await fetch(addressOf('makeLink', {}), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(10_000),
  });
  const said = (await response.json()) as { url?: string; error?: ConstructorParameters<typeof ApiError>[1] };
  if (said.url !== undefined) return said.url;
  throw new ApiError(response.status, said.error ?? { code: '', message: response.statusText, help: '' });
}
