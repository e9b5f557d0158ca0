import type { Place } from '../../clients/place.ts';
import { currentEnvironment, homeFolder } from '../../config/environment.ts';

/** Where whoever started this command works. */
export function currentPlace(): Place {
  const env = currentEnvironment();
  return { platform: process.platform, env, home: homeFolder(env), folder: process.cwd() };
}
