import { steadyRate } from './isolation/steady.ts';
import { stepInLoad } from './isolation/step.ts';

/** What isolation costs: `call`, `client` and `shared` beside a process per call; the rate is per second, 5 when left out. */
export async function isolation([rate = '5', ...rest]: string[]): Promise<void> {
  const perSecond = Number(rate);
  if (!(perSecond > 0) || rest.length > 0) throw new Error('npm run bench -- isolation [CALLS_PER_SECOND]');
  await steadyRate(perSecond);
  await stepInLoad(perSecond);
}
