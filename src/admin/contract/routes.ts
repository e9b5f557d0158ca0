/** The whole API. */
import { access } from './access.ts';
import { catalog } from './catalog.ts';
import { configuration } from './configuration.ts';
import { servers } from './servers.ts';
import { watched } from './watching.ts';

export const routes = { ...access, ...servers, ...catalog, ...configuration, ...watched };

export type Routes = typeof routes;
