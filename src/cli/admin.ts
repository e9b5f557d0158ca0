import type { AdminOptions } from '../admin/admin.ts';
import { stateFolder } from '../config/locate.ts';
import type { AdminDoor } from '../server/http.ts';

/** The admin API, loaded when somebody first asks for it. */
export async function openAdmin(parts: Omit<AdminOptions, 'file' | 'kept'>): Promise<AdminDoor> {
  const [{ Admin }, { ConfigFile }, { KeptSessions }] = await Promise.all([
    import('../admin/admin.ts'),
    import('../config/file.ts'),
    import('../admin/access/kept-sessions.ts'),
  ]);
  const { gateway, env, token } = parts;
  const { file: config } = gateway.config;
  const folder = stateFolder(env);
  const kept = new KeptSessions({ stateFolder: folder, config, token });
  return new Admin({ ...parts, file: new ConfigFile(config, folder), kept });
}
