import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { publish } from '../events.ts';

interface Exporter<T> {
  export(items: T, done: (result: ExportResult) => void): void;
}

/** `exporter`, of which it is told when it begins to fail, and when it works again. */
export function told<T, E extends Exporter<T>>(what: string, exporter: E): E {
  const part = `OpenTelemetry (${what})`;
  let failed = false;
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, result => {
      const { code, error } = result;
      const fails = code === ExportResultCode.FAILED;
      if (fails && !failed) publish('telemetry.failed', { part, reason: error?.message ?? 'not sent' });
      if (!fails && failed) publish('telemetry.recovered', { part });
      failed = fails;
      done(result);
    });
  return exporter;
}
