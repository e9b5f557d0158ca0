import { candidatesOf } from '../../clients/candidates.ts';
import { findServers } from '../../clients/find.ts';
import { pasted } from '../../clients/pasted.ts';
import { clientNamed, clients } from '../../clients/table.ts';
import { check } from '../../config/check.ts';
import { difference } from '../../config/diff.ts';
import { parseDocument } from '../../config/document.ts';
import { homeFolder } from '../../config/environment.ts';
import { readConfig } from '../../config/load.ts';
import { maskedSettings } from '../../config/masked.ts';
import type { Source } from '../../config/text-file.ts';
import type { Problem } from '../../config/types.ts';
import { McpxError } from '../../errors.ts';
import { redacted, withoutThese } from '../../secrets.ts';
import type { configuration } from '../contract/configuration.ts';
import { withoutSecretValues, withSecretValues } from '../hidden.ts';
import { loadedOf } from '../loaded.ts';
import type { Handlers, Parts } from '../parts.ts';

export function configurationRoutes({
  gateway,
  reloads,
  changes,
  prepare,
  env,
}: Parts): Handlers<keyof typeof configuration> {
  const { file } = changes;
  const whole = async (text: string) => withSecretValues(text, (await file.read()).text);

  return {
    getConfiguration: async ({ query: { secrets } }) => {
      const { text, version } = await file.read();
      return { file: file.path, version, text: secrets === 'true' ? text : withoutSecretValues(text) };
    },
    getEffective: async () => {
      const { effective } = await loadedOf(file);
      if (effective === undefined)
        throw new McpxError('CONFIG_INVALID', 'the file has errors, so nobody can say what would hold.');
      return maskedSettings({ ...effective }) as {
        mcpServers: Record<string, unknown>;
        gateway: Record<string, unknown>;
      };
    },
    checkConfiguration: async ({ body }) => {
      const { errors, warnings } = check(parseDocument(file.path, await whole(body.text)));
      return { errors: told(errors), warnings: told(warnings) };
    },
    planConfiguration: async ({ body }) => {
      try {
        const { config, secrets, errors } = await readConfig(file.path, await whole(body.text), env);
        if (errors.length > 0) return { ok: false as const, errors: told(errors, secrets) };
        const wanted = prepare(config);
        const warnings = told(wanted.warnings, secrets);
        return { ok: true as const, difference: difference(gateway.config, wanted), warnings };
      } catch (thrown) {
        if (thrown instanceof McpxError && thrown.code === 'CONFIG_INVALID' && Array.isArray(thrown.data))
          return { ok: false as const, errors: told(thrown.data as Problem[]) };
        throw thrown;
      }
    },
    writeConfiguration: async ({ body: { text, version } }) => {
      try {
        return await changes.make('wrote the configuration', {
          version,
          strict: true,
          edit: current => withSecretValues(text, current),
        });
      } catch (thrown) {
        if (!(thrown instanceof McpxError) || thrown.code !== 'CONFIG_CONFLICT') throw thrown;
        const { data, message } = thrown;
        const current = data as Source | undefined;
        const shown = current && { version: current.version, text: withoutSecretValues(current.text) };
        throw new McpxError('CONFIG_CONFLICT', message, {
          data: { current: shown, yours: { version, text } },
        });
      }
    },
    readAddition: async ({ body }) => pasted(body.text, new Set((await loadedOf(file)).own.keys())),
    reload: () => reloads.reload('request'),
    previewImport: async ({ query: { client } }) => {
      const { platform } = process;
      const place = { platform, env, home: homeFolder(env), folder: homeFolder(env) };
      const { found, problems } = await findServers(
        place,
        client === undefined ? clients : [clientNamed(client)],
      );
      const { own } = await loadedOf(file);
      const servers = candidatesOf(found, own).map(({ name, state, because, notes, from, entry }) => ({
        name,
        state,
        because,
        notes,
        from: from.map(({ client, file, folder }) => ({
          client: client.id,
          file,
          ...(folder && { folder }),
        })),
        settings: maskedSettings(entry),
      }));
      return { servers, problems: problems.map(redacted) };
    },
  };
}

/** What is quoted in a problem may be secret; `secrets`: those of a text that does not hold. */
function told(problems: readonly Problem[], secrets: readonly string[] = []): Problem[] {
  return problems.map(problem => ({ ...problem, message: redacted(withoutThese(problem.message, secrets)) }));
}
