import type { Attributes, Meter } from '@opentelemetry/api';
import { subscribe } from '../events.ts';
import { Limit } from '../metrics/limit.ts';
import { ending, operation, targetOfCall, targetOfRequest } from './attributes.ts';

/** In seconds; those that the semantic conventions give. */
const boundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
/** Configurations come and go, and servers make up codes as they like. */
const maxServers = 1_000;
const maxCodes = 100;

/** Measures how long requests, calls and sessions take. Returns what ends that. */
export function measureEvents(meter: Meter, maxTools: number): () => void {
  const histogram = (name: string, description: string) =>
    meter.createHistogram(name, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries: boundaries },
    });
  const served = histogram('mcp.server.operation.duration', 'How long requests of clients took.');
  const asked = histogram('mcp.client.operation.duration', 'How long servers had requests.');
  const sessions = histogram('mcp.server.session.duration', 'How long sessions of clients were open.');
  const connections = histogram('mcp.client.session.duration', 'How long connections to servers were open.');
  /** Clients ask for what they like, and take no room from what there is. */
  const requested = new Limit(maxTools);
  const called = new Limit(maxTools);
  const servers = new Limit(maxServers);
  const codes = new Limit(maxCodes);
  const failure = (ended: Parameters<typeof ending>[0]) => {
    const type = ending(ended)['error.type'];
    return type === undefined ? {} : { 'error.type': codes.of(String(type)) };
  };
  const requestedOf = (target: string | undefined) => target && requested.of(target);
  const ends = [
    subscribe('request.ended', note => {
      const attributes: Attributes = {
        ...operation(note.method, requestedOf(targetOfRequest(note))),
        'network.transport': note.transport,
        ...failure(note),
      };
      served.record(note.ms / 1_000, attributes);
    }),
    subscribe('call.answered', attempt => {
      const { call, ms, transport } = attempt;
      const target = targetOfCall(call);
      const attributes: Attributes = {
        ...operation(call.method, target && called.of(target, call.server)),
        ...(transport !== undefined && { 'network.transport': transport }),
        'mcpx.server': servers.of(call.server),
        ...failure(attempt),
      };
      asked.record(ms / 1_000, attributes);
    }),
    subscribe('client.closed', ({ ms }) => sessions.record(ms / 1_000)),
    subscribe('connection.closed', ({ server, ms, protocolVersion, lost }) => {
      const attributes: Attributes = {
        'mcp.protocol.version': protocolVersion,
        'mcpx.server': servers.of(server),
        ...(lost && { 'error.type': 'UPSTREAM_LOST' }),
      };
      connections.record(ms / 1_000, attributes);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
