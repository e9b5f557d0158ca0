// `mcpx service` on Linux. The service manager stands in as a script that writes down what it is told: where tests run
// there is none; what it would read is checked by `systemd-analyze` in src/cli/service/.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { fixture, main, type Place, test } from './harness.ts';

describe.runIf(process.platform === 'linux')('mcpx service', () => {
  test('installs, tells, and takes out again', async ({ place }) => {
    const config = place.write({ echo: fixture('echo') });
    const unit = join(place.folder, 'config/systemd/user/mcpx.service');
    const { env, told } = systemctl(place, 0);

    expect(await place.run(['service', 'status'], env)).toMatchObject({ code: 1, out: 'not installed\n' });
    const installed = await place.run(['service', 'install', '--config', config], env);
    expect(installed).toMatchObject({ code: 0, err: '' });
    expect(installed.out).toContain(readFileSync(unit, 'utf8'));
    expect(readFileSync(unit, 'utf8')).toContain(
      `ExecStart="${process.execPath}" "${main}" "serve" "--quiet" "--config" "${config}"`,
    );
    expect(told()).toEqual(['--user daemon-reload', '--user enable mcpx', '--user restart mcpx']);

    expect(await place.run(['service', 'status'], env)).toMatchObject({ code: 0 });
    expect(await place.run(['service', 'uninstall'], env)).toMatchObject({ code: 0 });
    expect(existsSync(unit)).toBe(false);
    expect(told().at(-1)).toBe('--user disable --now mcpx');
  });

  test('with --dry-run only says what it would do', async ({ place }) => {
    const config = place.write({});
    const { env, told } = systemctl(place, 0);
    const { out } = await place.run(['service', 'install', '--dry-run', '--config', config], env);
    expect(out).toMatch(/^would write .*mcpx\.service:\n[\s\S]*> systemctl --user restart mcpx\n/);
    expect(told()).toEqual([]);
    expect(existsSync(join(place.folder, 'config'))).toBe(false);
  });

  test('ends with 1 where the service manager refuses, and with 2 for what it does not know', async ({
    place,
  }) => {
    const config = place.write({});
    const { env, told } = systemctl(place, 1);
    expect(await place.run(['service', 'install', '--config', config], env)).toMatchObject({ code: 1 });
    expect(told()).toEqual(['--user daemon-reload']);
    expect(await place.run(['service', 'paint'], env)).toMatchObject({ code: 2 });
  });
});

/** A `systemctl` that ends with `code`, the environment that finds it, and what it was told. */
function systemctl(place: Place, code: number) {
  const [folder, log] = [join(place.folder, 'bin'), join(place.folder, 'told')];
  mkdirSync(folder);
  writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\necho "$*" >>"${log}"\nexit ${code}\n`, {
    mode: 0o755,
  });
  const told = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
  return { env: { PATH: `${folder}:${process.env['PATH']}` }, told };
}
