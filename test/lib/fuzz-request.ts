import { METHODS } from 'node:http';
import type { Operation } from '@zun/api-schema';
import fc from 'fast-check';
import { OPERATIONS, pathOf, sampleOf } from './operations.js';
import type { RawRequest } from './raw-request.js';

/** Stand for what is known only when a request is sent. */
export const SUBJECT = {
  uuid: '00000000-aaaa-4aaa-8aaa-000000000000',
  name: 'the-subject',
  requestId: 'req-the-subject',
  host: 'the-host',
};

/** `the-token` in the place of a token is the caller's own. */
export interface FuzzRequest extends RawRequest {
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A process that ends when it is asked to. */
export const PATIENT = ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'];

const ODD_TEXTS = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff\ud800',
    '🐳',
    'ＡＢＣ',
    '\u202e',
    '\r\nX-Injected: 1',
    '"',
    "' OR 1=1--",
    '`$(id)`',
  ],
  ...[
    '../../etc',
    '/',
    '//',
    '.',
    '..',
    '%',
    '%00',
    '%25',
    '{}',
    '[]',
    'null',
    'None',
    'undefined',
    'NaN',
    'true',
    'True',
    'on',
    '0',
    '-1',
  ],
  ...[
    '1e308',
    '9'.repeat(40),
    '0x10',
    '1.5',
    '１',
    'x'.repeat(256),
    'y'.repeat(5_000),
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  ...['KILL', 'SIGHUP', '9', 'asc', 'desc', 'uuid', 'created_at', 'Running', 'busybox', 'true false', 'zun-compute'],
];
/** What JSON may hold and `JSON.stringify` does not write; see {@link toJson}. */
const RAW = ['@raw:1e400', '@raw:-1e400', '@raw:-0', '@raw:0.1e-400', '@raw:12345678901234567890123'];
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'toJSON',
  'length',
  '',
  'a b',
  'ключ',
  '\u0000',
  '\ud800',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.1, 64, 1e308, -1e308, 2 ** 31, 2 ** 53, 5e-324),
  fc.integer(),
  fc.double({ noNaN: true }),
);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.constantFrom(...RAW));

/** `Object.fromEntries` makes a key `__proto__` one like any other. */
const objectOf = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.array(fc.tuple(keys, values), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as unknown);

const nested = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.boolean(), scalar).map(([levels, isList, core]) => {
  let value: unknown = core;
  for (let level = 0; level < levels; level++) value = isList ? [value] : { a: value };
  return value;
});

const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  { weight: 2, arbitrary: objectOf(fc.oneof(text, fc.constantFrom(...ODD_KEYS)), scalar) },
  { weight: 1, arbitrary: nested },
);

/** JSON, with numbers that no JavaScript value has. */
export const toJson = (given: unknown): string => JSON.stringify(given).replace(/"@raw:([^"]*)"/g, '$1');

/** Nothing here may keep a stop waiting for long. */
const timeout = fc.constantFrom('', '0', '1', '-1', 'None', 'x', '1e3', '１', '1.5', '\u0000');
/** Of what is waited for, only what a container has, or what nothing has. */
const status = fc.constantFrom('', 'Running,', 'running', 'None', 'x', '\u0000');
const valueFor = (name: string, otherwise: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  name === 'timeout' ? timeout : name === 'status' ? status : otherwise;

const percent = (raw: string): string =>
  [...Buffer.from(raw, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const printable = fc.string({ unit: fc.constantFrom(...'abzAZ09-._~!$&*+,;=:@%/?[]|^`{}\\"<>'), maxLength: 20 });

const ident = fc.oneof(
  { weight: 6, arbitrary: fc.constant(SUBJECT.uuid) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(SUBJECT.name, SUBJECT.host, SUBJECT.uuid.toUpperCase(), SUBJECT.uuid.replaceAll('-', '')),
  },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 2, arbitrary: text },
);

function path(operation: Operation): fc.Arbitrary<string> {
  const right = fc.tuple(ident, fc.oneof(fc.constant(SUBJECT.requestId), text)).map(([name, requestId]) => {
    const ident = '{ident}';
    const marks = { container: ident, host: ident, requestId: '{request}', project: ident, registry: ident };
    const pattern = decodeURIComponent(`/v1${pathOf(operation, marks)}`);
    return pattern.replace('{ident}', () => percent(name)).replace('{request}', () => percent(requestId));
  });
  const around = fc.tuple(
    fc.constantFrom('', '/', '/v1', '//'),
    right,
    fc.constantFrom('/', '//', '/x', '/%', '%00', '.json', '/../..'),
  );
  return fc.oneof(
    { weight: 12, arbitrary: right },
    { weight: 2, arbitrary: around.map((parts) => parts.join('')) },
    { weight: 1, arbitrary: printable.map((tail) => `/v1/${tail}`) },
  );
}

function query(operation: Operation): fc.Arbitrary<string> {
  const known = [...Object.keys(operation.params?.fields ?? {}), 'limit', 'marker', 'sort_key', 'all_projects', 'timeout'];
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_KEYS) },
  );
  const pair = name.chain((key) =>
    fc.tuple(fc.constant(key), valueFor(key, fc.oneof(text, fc.constantFrom(SUBJECT.uuid, SUBJECT.host)))),
  );
  const pairs = fc.array(pair, { maxLength: 3 });
  const joined = pairs.map((all) => all.map(([key, given]) => `${percent(key)}=${percent(String(given))}`).join('&'));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(sampleOf(operation).query ?? '') },
    { weight: 5, arbitrary: joined.map((all) => (all === '' ? '' : `?${all}`)) },
    { weight: 1, arbitrary: printable.map((all) => `?${all.replaceAll('timeout', '')}`) },
  );
}

/** A right body with some of its fields replaced, added or left out; or something else altogether. */
function body(operation: Operation): fc.Arbitrary<string | undefined> {
  const fields = operation.body?.fields ?? operation.params?.fields ?? {};
  const base: Readonly<Record<string, unknown>> =
    operation.id === 'createContainer'
      ? { image: 'busybox', command: PATIENT, memory: '16', cpu: 0.1 }
      : (sampleOf(operation).body ?? {});
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...Object.keys(fields), 'x') },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_KEYS) },
  );
  const change = name.chain((key) => fc.tuple(fc.constant(key), valueFor(key, value)));
  const mutated = fc
    .tuple(fc.array(change, { maxLength: 3 }), fc.constantFrom('', '', ...Object.keys(base)))
    .map(([changes, dropped]) => {
      const entries = [...Object.entries(base).filter(([key]) => key !== dropped), ...changes];
      return toJson(Object.fromEntries(entries));
    });
  return fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value.map(toJson) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        printable,
        fc.constantFrom('{', '[', '"', '{"a":', '['.repeat(50_000), '{"a":'.repeat(20_000), '\ufeff{}'),
      ),
    },
  );
}

const latin = fc.string({ unit: fc.constantFrom(...'abc019 .,;=/*+-\t"éÿ'), maxLength: 20 }).map((given) => given.trim());
const VERSIONS = ['container 1.41', 'container 1.40', 'container 1.1', 'container latest', 'container 1.19', 'container 1.20', 'container 1.6'];

/** Mostly right: what is refused for its version is looked at no further. */
const headers = fc.record({
  'openstack-api-version': fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...VERSIONS) },
    {
      weight: 1,
      arbitrary: fc.oneof(latin, fc.constantFrom('container 1.42', 'nova 2.1', 'container', 'container 99999999999.1')),
    },
  ),
  'content-type': fc.oneof(
    { weight: 20, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.oneof(latin, fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'multipart/form-data')),
    },
  ),
  accept: fc.oneof(
    { weight: 30, arbitrary: fc.constant('*/*') },
    { weight: 1, arbitrary: fc.oneof(latin, fc.constant('text/html')) },
  ),
  'x-auth-token': fc.oneof({ weight: 30, arbitrary: fc.constant('the-token') }, { weight: 1, arbitrary: latin }),
  'x-service-token': fc.oneof({ weight: 30, arbitrary: fc.constant('') }, { weight: 1, arbitrary: latin }),
  host: fc.oneof(
    { weight: 20, arbitrary: fc.constant('api.example') },
    { weight: 1, arbitrary: fc.constantFrom('', 'a b', '[', '"><', 'x'.repeat(500)) },
  ),
});

/** `CONNECT` asks for a tunnel and is no request. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

/** Requests of every endpoint: right ones, wrong ones, and all between. */
export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.constantFrom(...OPERATIONS).chain((operation) =>
  fc
    .record({
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      path: fc.tuple(path(operation), query(operation)).map((parts) => parts.join('')),
      headers,
      body: body(operation),
    })
    .map((given) => ({ ...given, headers: withoutEmpty(given.headers) })),
);

function withoutEmpty(given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([name, content]) => content !== '' || name === 'host'));
}
