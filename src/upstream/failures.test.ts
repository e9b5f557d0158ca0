import { SdkErrorCode, SdkHttpError, SseError, UnauthorizedError } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { McpxError } from '../errors.ts';
import { asUnavailable, explain, httpStatus, saysUnknownSession, stderrOf } from './failures.ts';

const target = {
  type: 'http',
  url: 'https://user:secret@example.com:81/mcp?key=secret',
  headers: {},
} as const;
const refused = (status: number, text = '') =>
  new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, 'refused', { status, statusText: '', text });
const broken = (code: string, message = '') => Object.assign(new Error(message), { code });
const fetchFailed = (cause: Error) => new TypeError('fetch failed', { cause });

test('the HTTP status is found however deep it lies', () => {
  expect(httpStatus(refused(404))).toBe(404);
  expect(httpStatus(new Error('a', { cause: new Error('b', { cause: refused(503) }) }))).toBe(503);
  expect(httpStatus(new SseError(405, 'no', {} as never))).toBe(405);
  expect(httpStatus(new UnauthorizedError())).toBe(401);
  const circle = new Error('circle');
  circle.cause = circle;
  for (const none of [circle, undefined, 'text', broken('ECONNREFUSED'), new McpxError('INTERNAL', 'x')]) {
    expect(httpStatus(none)).toBeUndefined();
  }
});

test.each<[string, unknown, string, string]>([
  ['401', refused(401), 'UPSTREAM_NEEDS_AUTH', 'server "x" asks for authorisation (HTTP status 401)'],
  ['403', refused(403), 'UPSTREAM_NEEDS_AUTH', 'server "x" asks for authorisation (HTTP status 403)'],
  ['502', refused(502), 'UPSTREAM_UNAVAILABLE', 'server "x" answered with HTTP status 502'],
  [
    'nobody there',
    fetchFailed(broken('ECONNREFUSED')),
    'UPSTREAM_UNAVAILABLE',
    'server "x": nothing listens at example.com:81',
  ],
  [
    'no such host',
    fetchFailed(broken('ENOTFOUND')),
    'UPSTREAM_UNAVAILABLE',
    'server "x": the host example.com:81 is not known',
  ],
  ['only a code', fetchFailed(broken('ETIMEDOUT')), 'UPSTREAM_UNAVAILABLE', 'server "x": ETIMEDOUT'],
  [
    'another cause',
    fetchFailed(new Error('bad certificate')),
    'UPSTREAM_UNAVAILABLE',
    'server "x": bad certificate',
  ],
  ['no error at all', 'thrown', 'UPSTREAM_UNAVAILABLE', 'server "x": thrown'],
  ['it just ended', undefined, 'UPSTREAM_LOST', 'the connection to server "x" was closed'],
])('%s, in words', (_, thrown, code, message) => {
  const error = explain(thrown, 'x', target);
  expect(error).toMatchObject({ code, message });
  expect(error.text).not.toContain('secret');
});

test('what is explained already stays as it is', () => {
  const error = new McpxError('RESULT_TOO_LARGE', 'x');
  expect(explain(error, 'x', target)).toBe(error);
  expect(asUnavailable(error)).toBe(error);
});

test('a server that was lost before any call was only unavailable', () => {
  const lost = new McpxError('UPSTREAM_LOST', 'exited', { data: { stderr: ['why'] } });
  const error = asUnavailable(lost);
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', message: 'exited' });
  expect(error.help).not.toContain('may or may not');
  expect(stderrOf(error)).toEqual(['why']);
  expect(stderrOf(new McpxError('INTERNAL', 'x'))).toEqual([]);
});

test('an unknown session is told from other refusals', () => {
  expect(saysUnknownSession(refused(404))).toBe(true);
  expect(saysUnknownSession(refused(400, 'Bad Request: No valid session ID provided'))).toBe(true);
  expect(saysUnknownSession(refused(400, 'bad arguments'))).toBe(false);
  expect(saysUnknownSession(refused(500, 'session'))).toBe(false);
  expect(saysUnknownSession(undefined)).toBe(false);
});
