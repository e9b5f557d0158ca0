import { currentEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { Reloads } from '../config/reloads.ts';
import type { Config } from '../config/types.ts';
import type { Gateway } from '../gateway.ts';

interface Reloading {
  /** Makes a candidate ready, or throws why it cannot be used. */
  prepare?: (candidate: Config) => Config;
  /** Called when a candidate has become the configuration that holds. */
  onApplied?: () => void;
}

/** Keeps the configuration of `gateway` that of its file; whoever begins this closes it. */
export function reloading(
  gateway: Gateway,
  { prepare = config => config, onApplied = () => {} }: Reloading = {},
): Reloads {
  const { config } = gateway;
  return new Reloads({
    current: config,
    load: async () => prepare(await loadConfig(config.file, currentEnvironment())),
    apply: async candidate => {
      const applied = await gateway.reload(candidate);
      onApplied();
      return applied;
    },
  });
}
