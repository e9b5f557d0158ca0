import {
  AuthorizationServerMismatchError,
  InsecureTokenEndpointError,
  IssuerMismatchError,
  OAuthError,
  RegistrationRejectedError,
} from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { McpxError } from '../../errors.ts';
import { isOurs, isRefusal, loginFailure, saidBy } from './failures.ts';

const ours = new McpxError('LOGIN_FAILED', 'that address may not be named', { help: 'Name another.' });
const around = (cause: unknown, depth = 1): unknown =>
  depth === 0 ? cause : new TypeError('fetch failed', { cause: around(cause, depth - 1) });
const rejected = new RegistrationRejectedError({
  status: 403,
  body: 'no strangers',
  submittedMetadata: { redirect_uris: [] },
});

test.each<[string, unknown, string]>([
  ['an OAuth error with words', new OAuthError('invalid_grant', 'used up'), 'invalid_grant: used up'],
  ['one without', new OAuthError('invalid_grant', 'invalid_grant'), 'invalid_grant'],
  [
    'no OAuth response',
    new OAuthError('server_error', 'Invalid OAuth error response: <p>'),
    'it answered with no OAuth response',
  ],
  [
    'one with a status',
    new OAuthError('server_error', 'HTTP 502: Invalid OAuth error response'),
    'it answered with HTTP status 502',
  ],
  ['a long text', new OAuthError('x', 'y'.repeat(999)), `x: ${'y'.repeat(297)}…`],
  ['no registration', rejected, 'it did not register this client (HTTP status 403: no strangers)'],
  [
    'foreign metadata',
    new IssuerMismatchError('metadata', 'https://a', 'https://b'),
    'its metadata is that of another issuer than https://a',
  ],
  [
    'a foreign answer',
    new IssuerMismatchError('authorization_response', 'https://a', 'https://b'),
    'the answer does not come from https://a, which was asked',
  ],
  [
    'an open token endpoint',
    new InsecureTokenEndpointError('http://as.example/token'),
    'its token endpoint is not https',
  ],
  ['another server', new AuthorizationServerMismatchError('https://a', 'https://b'), 'https://b'],
  ['a network error', around(new Error('connect ECONNREFUSED')), 'connect ECONNREFUSED'],
  ['one with a code alone', around(Object.assign(new Error(), { code: 'ECONNRESET' })), 'ECONNRESET'],
  ['one with nothing but its name', new RangeError(), 'RangeError'],
  [
    'what does not fit a schema',
    z.object({ url: z.string(), deep: z.object({ er: z.number() }) }).safeParse({ deep: {} }).error,
    'it answered what cannot be read: url: Invalid input: expected string, received undefined; deep.er: Invalid input: expected number, received undefined',
  ],
  ['what is no error', 'nothing', 'nothing'],
  ['what we refused ourselves', around(ours, 3), ours.message],
])('%s is told', (_, thrown, told) => {
  expect(saidBy(thrown)).toContain(told);
});

test('a refusal is told from trouble that may pass', () => {
  expect(isRefusal(new OAuthError('invalid_client', 'no'))).toBe(true);
  expect(isRefusal(new OAuthError('temporarily_unavailable', 'later'))).toBe(false);
  expect(isRefusal(around(new Error('connect ECONNREFUSED')))).toBe(false);
});

test('what we refused ourselves is known, however deep it lies, within bounds', () => {
  expect([0, 4].map(depth => isOurs(around(ours, depth)))).toEqual([true, true]);
  expect(isOurs(around(ours, 5))).toBe(false);
  expect(isOurs(new McpxError('UPSTREAM_LOST', 'gone'))).toBe(false);
});

test('the user is told what was not possible, why, and what to do', () => {
  const failure = (thrown: unknown) => {
    const { code, message, help } = loginFailure(thrown, 'server "r" gave no token');
    return { code, message, help };
  };
  expect(failure(around(ours))).toEqual({
    code: 'LOGIN_FAILED',
    message: 'server "r" gave no token: that address may not be named',
    help: 'Name another.',
  });
  const byHand = expect.stringContaining('Register a client there by hand');
  expect(failure(rejected).help).toEqual(byHand);
  expect(failure(new Error('it has no dynamic client registration')).help).toEqual(byHand);
  expect(failure('nothing').help).not.toEqual(byHand);
});
