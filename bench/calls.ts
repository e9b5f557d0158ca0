import { coldStarts } from './calls/cold.ts';
import { overHttp } from './calls/http.ts';
import { overStdio } from './calls/stdio.ts';

/** What a call, a start and the memory of the gateway cost, as ratios to the same client without it. */
export async function calls(parts: string[]): Promise<void> {
  const wanted = (part: string) => parts.length === 0 || parts.includes(part);
  if (wanted('cold')) await coldStarts();
  if (wanted('stdio')) await overStdio();
  if (wanted('http')) await overHttp();
}
