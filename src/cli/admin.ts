import type { AdminOptions } from '../admin/admin.ts';
import { stateFolder } from '../config/locate.ts';
import type { AdminDoor } from '../server/http.ts';

/** The admin API, loaded when somebody first asks for it. */
export async function openAdmin(parts: Omit<AdminOptions, 'file'>): Promise<AdminDoor> {
  const [{ Admin }, { ConfigFile }] = await Promise.all([
    import('../admin/admin.ts'),
    import('../config/file.ts'),
  ]);
  const file = new ConfigFile(parts.gateway.config.file, stateFolder(parts.env));
  return new Admin({ ...parts, file });
}
