import { posix, win32 } from 'node:path';
import type { Environment } from '../config/environment.ts';

/** Where somebody works: all that decides where clients keep their files. */
export interface Place {
  platform: NodeJS.Platform;
  env: Environment;
  /** Absolute, as are all paths here. */
  home: string;
  /** The folder of the project. */
  folder: string;
}

/** `parts` below `base`, in the manner of the platform. */
export function below({ platform }: Place, base: string, ...parts: string[]): string {
  return platform === 'win32' ? win32.join(base, ...parts) : posix.join(base, ...parts);
}

/** Below the home folder. */
export function inHome(place: Place, ...parts: string[]): string {
  return below(place, place.home, ...parts);
}

/** Below the folder in which desktop programs keep their settings. */
export function inSettings(place: Place, ...parts: string[]): string {
  const { platform, env } = place;
  if (platform === 'win32')
    return below(place, env['APPDATA'] || inHome(place, 'AppData', 'Roaming'), ...parts);
  if (platform === 'darwin') return inHome(place, 'Library', 'Application Support', ...parts);
  return inXdgConfig(place, ...parts);
}

/** Below `$XDG_CONFIG_HOME`, else `~/.config`. */
export function inXdgConfig(place: Place, ...parts: string[]): string {
  const { env } = place;
  const base = env['XDG_CONFIG_HOME'];
  return base?.startsWith('/') ? below(place, base, ...parts) : inHome(place, '.config', ...parts);
}
