import {
  type Attributes,
  type Context,
  defaultTextMapSetter,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { isObject } from '../../json.ts';
import type { JsonObject, RequestNote } from '../../types.ts';
import { subscribe } from '../events.ts';
import type { Attempt } from '../notes.ts';
import {
  attemptAttributes,
  ending,
  requestAttributes,
  resultAttributes,
  spanName,
  targetOfCall,
  targetOfRequest,
} from './attributes.ts';

/** Longer headers of W3C trace context are none. */
const longestHeader = 8_192;

const propagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

export interface TraceOptions {
  /** Whether spans may hold what may be sensitive. */
  payloads: boolean;
  /** Where a server is reached; undefined for one that is a process. */
  urlOf: (server: string) => string | undefined;
}

/**
 * A SERVER span for each request of a client, within the client's trace, and a CLIENT span for each time that it goes to a
 * server, whose context goes along. Returns what ends that.
 */
export function traceEvents(tracer: Tracer, { payloads, urlOf }: TraceOptions): () => void {
  const requests = new WeakMap<RequestNote, { span: Span; context: Context }>();
  const attempts = new WeakMap<Attempt, Span>();
  const ends = [
    subscribe('request.started', note => {
      const { parent, links } = whence(note);
      const attributes = requestAttributes(note, payloads);
      const name = spanName(note.method, targetOfRequest(note));
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, links }, parent);
      note.traceId = span.spanContext().traceId;
      requests.set(note, { span, context: trace.setSpan(parent, span) });
    }),
    subscribe('request.ended', note => end(requests.get(note)?.span, ending(note))),
    subscribe('call.sent', attempt => {
      const { request } = attempt.call;
      const parent = (request && requests.get(request)?.context) ?? ROOT_CONTEXT;
      const attributes = attemptAttributes(attempt, payloads, urlOf(attempt.call.server));
      const name = spanName(attempt.call.method, targetOfCall(attempt.call));
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
      attempts.set(attempt, span);
      propagator.inject(trace.setSpan(parent, span), attempt.carrier, defaultTextMapSetter);
    }),
    subscribe('call.answered', attempt => {
      end(attempts.get(attempt), { ...ending(attempt), ...resultAttributes(attempt, payloads) });
    }),
  ];
  return () => {
    for (const off of ends) off();
  };
}

function end(span: Span | undefined, attributes: Attributes): void {
  if (span === undefined) return; // it began before anybody traced
  span.setAttributes(attributes);
  if (attributes['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** The trace that a request belongs to: what stands in `_meta` is the parent, and that of its HTTP request linked. */
function whence({ params, http }: RequestNote): { parent: Context; links: Link[] } {
  const { _meta } = params;
  const carried = propagator.extract(ROOT_CONTEXT, isObject(_meta) ? _meta : {}, texts);
  const outer = propagator.extract(ROOT_CONTEXT, { ...http }, texts);
  const link = trace.getSpanContext(outer);
  if (trace.getSpanContext(carried) === undefined) return { parent: outer, links: [] };
  return { parent: carried, links: link === undefined ? [] : [{ context: link }] };
}

/** Anything may stand in `_meta`. */
const texts: TextMapGetter<JsonObject> = {
  keys: carrier => Object.keys(carrier),
  get: (carrier, name) => {
    const value = carrier[name];
    return typeof value === 'string' && value.length <= longestHeader ? value : undefined;
  },
};
