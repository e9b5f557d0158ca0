import { besideHog } from './isolation/hog.ts';
import { steadyRate } from './isolation/steady.ts';
import { stepInLoad } from './isolation/step.ts';

/**
 * What isolation costs: `call`, `client` and `shared` beside a process per call, the rate being per second, 5 when left out;
 * and what a server that is stuck costs another.
 */
export async function isolation([rate = '5', ...rest]: string[]): Promise<void> {
  const perSecond = Number(rate);
  if (!(perSecond > 0) || rest.length > 0) throw new Error('npm run bench -- isolation [CALLS_PER_SECOND]');
  await steadyRate(perSecond);
  await stepInLoad(perSecond);
  await besideHog();
}
