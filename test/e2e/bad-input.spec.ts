import type { Operation, RequestField } from '@zun/api-schema';
import type { Microversion } from '@zun/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { badValues } from '../lib/bad-values.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { flawOf, type ApiError } from '../lib/envelope.js';
import { engineContainers } from '../lib/engine.js';
import { isKnown, LIMIT_SETTINGS, OPERATIONS, pathOf, sampleOf, type Targets } from '../lib/operations.js';
import { rawBytes, rawRequest, type RawAnswer, type RawRequest } from '../lib/raw-request.js';

const HOST = 'embedded-bad-input';
const MAX_BODY_BYTES = 65_536;
const SCHEMA_ERROR = 'container.schema-validation-error';
/** Looked for before the container is: bad input is told of even when that is not there. */
const NOWHERE: Targets = {
  container: '00000000-0000-4000-8000-000000000000',
  requestId: 'req-none',
  host: 'nowhere',
  project: 'nowhere',
  registry: '00000000-0000-4000-8000-000000000000',
};

/** Values of fields that are right, but not at every microversion. */
const VALUES: Readonly<Record<string, unknown>> = {
  entrypoint: ['sh'],
  mounts: [{ source: 'volume', destination: '/data' }],
  runtime: 'runc',
  hostname: 'web',
  auto_remove: true,
  privileged: true,
  healthcheck: { cmd: 'true' },
  exposed_ports: { '80/tcp': {} },
  registry: 'docker.io',
  host: HOST,
};

let service: EmbeddedService;
let demo: ApiClient;
let admin: ApiClient;
let subject: ContainerView;

beforeAll(async () => {
  service = await startEmbedded({
    settings: { DEFAULT: { host: HOST, ...LIMIT_SETTINGS }, api: { max_body_bytes: MAX_BODY_BYTES } },
  });
  [demo, admin] = [await service.client('demo'), await service.client('admin')];
  const { uuid } = await demo.run({ name: 'subject', image: 'busybox', command: ['sleep', '1000'] });
  subject = await demo.reaches(uuid, 'Running');
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

interface Sent {
  readonly query?: string;
  readonly body?: unknown;
  readonly version?: string;
}

const newest = ({ until }: Operation): string => until?.toString() ?? '1.41';

/** As somebody who may do all of it, so that only the input can be the reason. */
async function send(operation: Operation, { query = '', body, version = newest(operation) }: Sent): Promise<RawAnswer> {
  return call({
    method: operation.method,
    path: `/v1${pathOf(operation, NOWHERE)}${query}`,
    headers: { 'openstack-api-version': `container ${version}`, 'x-auth-token': admin.token },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function call(request: RawRequest): Promise<RawAnswer> {
  const headers = { 'x-auth-token': demo.token, 'content-type': 'application/json', ...request.headers };
  return rawRequest(service.url(), { ...request, headers });
}

const errorOf = (answer: RawAnswer): ApiError => (JSON.parse(answer.text) as { errors: ApiError[] }).errors[0]!;

/** What to say of an answer that does not refuse the field, naming it. */
function complaint(answer: RawAnswer, name: string, codes: readonly string[] = [SCHEMA_ERROR]): string | null {
  const flaw = flawOf(answer);
  if (flaw !== null || answer.status !== 400) return `${answer.status} ${flaw ?? ''} ${answer.text.slice(0, 300)}`;
  const { code, detail } = errorOf(answer);
  return codes.includes(code) && new RegExp(`\\b${name}\\b`).test(detail) ? null : `${code} ${detail}`;
}

function codesOf({ errorCode }: RequestField): readonly string[] {
  return [errorCode === undefined ? SCHEMA_ERROR : `container.${errorCode}`];
}

/** Sends every one, a few at a time. @returns what is wrong, by what was sent */
async function complaints(
  cases: readonly Sent[],
  judge: (sent: Sent) => Promise<string | null>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let at = 0; at < cases.length; at += 8) {
    await Promise.all(
      cases.slice(at, at + 8).map(async (sent) => {
        const wrong = await judge(sent);
        if (wrong !== null) found[JSON.stringify(sent).slice(0, 200)] = wrong;
      }),
    );
  }
  return found;
}

const takesAnything = ({ schema }: RequestField): boolean => Object.keys(schema).length === 0;

const paramsOf = ({ params }: Operation): [string, RequestField][] => Object.entries(params?.fields ?? {});
const bodyOf = ({ body }: Operation): [string, RequestField][] => Object.entries(body?.fields ?? {});

const after = ({ minor }: Microversion): string => `1.${minor + 1}`;
const before = ({ minor }: Microversion): string => `1.${minor - 1}`;

const query = (name: string, ...values: unknown[]): string =>
  `?${values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')}`;

/** What else an endpoint demands in the query, as its sample has it: with `&` before each. */
function othersOf(operation: Operation, name: string): string {
  const demanded = new Set(paramsOf(operation).flatMap(([other, field]) => (field.required && other !== name ? [other] : [])));
  const sample = new URLSearchParams(sampleOf(operation).query);
  return [...sample].map(([other, value]) => (demanded.has(other) ? query(other, value).replace('?', '&') : '')).join('');
}

it('has values to send for nearly every field', () => {
  const free = OPERATIONS.flatMap((operation) =>
    [...paramsOf(operation), ...bodyOf(operation)]
      .filter(([, field]) => takesAnything(field))
      .map(([name]) => `${operation.id}.${name}`),
  );
  expect(free).toEqual(['createContainer.run', 'containerLogs.tail']);
});

describe.each(OPERATIONS.filter(isKnown).map((operation) => [operation.id, operation] as const))('%s', (_id, operation) => {
  it('is refused at a version that is none', async () => {
    const answer = await send(operation, { version: '1.x', body: sampleOf(operation).body });
    expect([answer.status, flawOf(answer)]).toEqual([406, null]);
  });

  const { params, body, since, until } = operation;

  if (since) {
    it('is not there before its version', async () => {
      const answer = await send(operation, { version: before(since), body: sampleOf(operation).body });
      expect(answer.status).toBe(406);
      expect(flawOf(answer)).toBeNull();
    });
  }

  if (until) {
    it('is not there after its version', async () => {
      const answer = await send(operation, { version: after(until), body: sampleOf(operation).body });
      expect([answer.status, flawOf(answer)]).toEqual([406, null]);
    });
  }

  if (params && params.check !== 'unchecked') {
    it.each(paramsOf(operation).filter(([, field]) => !takesAnything(field)))(
      'refuses a bad %s in the query',
      async (name, field) => {
        const texts = badValues(field.schema).filter((value) => typeof value === 'string');
        const others = othersOf(operation, name);
        const cases = [
          ...texts.map((text) => ({ query: query(name, text) + others })),
          { query: query(name, 'a', 'b') + others },
        ];
        const sample = sampleOf(operation).body;
        expect(
          await complaints(cases, async (sent) =>
            complaint(await send(operation, { ...sent, body: sample }), name, codesOf(field)),
          ),
        ).toEqual({});
      },
    );

    const unknown = ['surprise', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'a b', ''];
    it.skipIf(params.check === 'known').each(unknown)('refuses the unknown key "%s" in the query', async (name) => {
      const answer = await send(operation, { query: query(name, 'x'), body: sampleOf(operation).body });
      expect([answer.status, errorOf(answer).code]).toEqual([400, SCHEMA_ERROR]);
      expect(errorOf(answer).detail).toContain(`'${name}'`);
    });
  }

  if (params && params.check !== 'unchecked' && !body && operation.method !== 'GET') {
    it.each(paramsOf(operation).filter(([, field]) => !takesAnything(field)))(
      'refuses a bad %s in the body',
      async (name, field) => {
        const isLenient = params.check === 'query';
        // Where only the query has a schema, a scalar in the body means its text, and null nothing.
        const isBad = (value: unknown): boolean =>
          !isLenient || (typeof value === 'object' ? value !== null : typeof value === 'string');
        const cases = badValues(field.schema)
          .filter(isBad)
          .map((value) => ({ query: `?${othersOf(operation, name).slice(1)}`, body: { [name]: value } }));
        const twice = { query: query(name, 'a') + othersOf(operation, name), body: { [name]: 'a' } };
        expect(
          await complaints([...cases, twice], async (sent) => complaint(await send(operation, sent), name, codesOf(field))),
        ).toEqual({});
      },
    );
  }

  if (params?.check === 'merged' || body) {
    it.each(['surprise', 'constructor', '__proto__', 'toString', ''])(
      'refuses the unknown key "%s" in the body',
      async (name) => {
        const known = JSON.stringify({ ...sampleOf(operation).body }).slice(1, -1);
        const text = `{${known}${known === '' ? '' : ','}${JSON.stringify(name)}:{"name":"smuggled","cpu":"a lot"}}`;
        const answer = await send(operation, { body: text });
        expect([answer.status, errorOf(answer).code]).toEqual([400, SCHEMA_ERROR]);
        expect(errorOf(answer).detail).toContain(`'${name}'`);
      },
    );
  }

  if (body) {
    const bodyWith = (fields: Record<string, unknown>): Record<string, unknown> => ({ ...sampleOf(operation).body, ...fields });

    it.each(bodyOf(operation).filter(([, field]) => !takesAnything(field)))('refuses a bad %s', async (name, field) => {
      const cases = badValues(field.schema).map((value) => ({ body: bodyWith({ [name]: value }) }));
      expect(cases.length).toBeGreaterThan(2);
      expect(await complaints(cases, async (sent) => complaint(await send(operation, sent), name))).toEqual({});
    });

    it.each(bodyOf(operation).filter(([, field]) => field.required))('refuses a request without %s', async (name) => {
      const answer = await send(operation, { body: bodyWith({ [name]: undefined }) });
      expect(complaint(answer, name)).toBeNull();
    });

    it.each(bodyOf(operation).filter(([, { until }]) => until))('refuses a bad %s of an old version', async (name, { until }) => {
      const cases = badValues(until!.schema).map((value) => ({
        body: bodyWith({ [name]: value }),
        version: until!.version.toString(),
      }));
      expect(await complaints(cases, async (sent) => complaint(await send(operation, sent), name))).toEqual({});
    });

    it.each(bodyOf(operation).filter(([, field]) => field.since))('refuses %s before its version', async (name, field) => {
      expect(VALUES, `add to VALUES a right value of ${name}`).toHaveProperty(name);
      const code = field.gate === 'unknown' ? SCHEMA_ERROR : 'container.invalid-param-in-version';
      const answer = await send(operation, { version: before(field.since!), body: bodyWith({ [name]: VALUES[name] }) });
      expect(complaint(answer, name, [code])).toBeNull();
    });
  }
});

describe('lists, whose parameters have no schema', () => {
  const INVALID = ['container.invalid-value', 'container.invalid-parameter-value'];

  it.each([
    ['limit', ['0', '-1', 'x', '', '1.5', '1e3', 'None', '0x10']],
    ['sort_key', ['x', 'constructor', 'uuid;drop', 'None', 'uuid,name']],
    ['sort_dir', ['up', '', 'ASC', 'None']],
  ])('refuse a bad %s', async (name, values) => {
    for (const path of ['/v1/containers', '/v1/hosts', '/v1/registries', '/v1/availability_zones']) {
      const queries = [...values.map((value) => query(name, value)), query(name, '1', '1')];
      for (const text of queries) {
        const headers = { 'x-auth-token': admin.token, 'openstack-api-version': 'container 1.40' };
        const answer = await call({ method: 'GET', path: `${path}${text}`, headers });
        // Their messages are Zun's, which say "sort direction".
        expect(complaint(answer, name.replace('sort_dir', 'sort direction'), INVALID), `${path}${text}`).toBeNull();
      }
    }
  });

  it.each(['all_projects', 'auto_remove'])('refuse a bad %s', async (name) => {
    for (const text of [query(name, 'maybe'), query(name, 'true', 'true'), query(name, 'None')]) {
      const answer = await call({ method: 'GET', path: `/v1/containers${text}` });
      expect(complaint(answer, name, INVALID), text).toBeNull();
    }
  });

  it.each(['name', 'image', 'project_id', 'user_id', 'memory', 'task_state', 'status', 'marker'])(
    'refuse two of %s',
    async (name) => {
      const answer = await call({ method: 'GET', path: `/v1/containers${query(name, 'a', 'b')}` });
      expect(complaint(answer, name, INVALID)).toBeNull();
    },
  );

  it.each(['surprise', 'constructor', '__proto__', 'toString', 'links', 'id'])('refuse the unknown key %s', async (name) => {
    for (const path of ['/v1/containers', '/v1/registries']) {
      const answer = await call({ method: 'GET', path: `${path}${query(name, 'x')}` });
      expect(complaint(answer, name, INVALID), path).toBeNull();
    }
  });

  it.each(['nowhere', '00000000-0000-4000-8000-000000000000'])('do not know the marker %s', async (marker) => {
    expect((await call({ method: 'GET', path: `/v1/containers${query('marker', marker)}` })).status).toBe(404);
  });

  it('know no more of a field than its text', async () => {
    for (const text of ['?memory=x', '?status=x', '?memory=999999999999999999999', '?name=%00']) {
      expect(JSON.parse((await call({ method: 'GET', path: `/v1/containers${text}` })).text)).toMatchObject({ containers: [] });
    }
  });
});

describe('a body', () => {
  const create = (request: Partial<RawRequest>): Promise<RawAnswer> =>
    call({ method: 'POST', path: '/v1/containers', ...request });

  it.each([
    ['that is not finished', '{"image":'],
    ['that is a list', '["image"]'],
    ['that is a text', '"image"'],
    ['that is null', 'null'],
    ['that is empty', ''],
    ['that is no JSON', '<image/>'],
    ['with a comment', '{"image":"busybox"}//'],
  ])('%s counts as none', async (_kind, body) => {
    const answer = await create({ body });
    expect([answer.status, errorOf(answer).detail]).toEqual([400, "'image' is a required property"]);
  });

  it.each(['text/plain', 'application/xml', 'application/json-patch+json', 'application/x-www-form-urlencoded', 'json', ''])(
    'of type "%s" is refused where JSON is needed',
    async (type) => {
      const answer = await create({ body: '{"image":"busybox"}', headers: { 'content-type': type } });
      expect([answer.status, flawOf(answer)]).toEqual([415, null]);
    },
  );

  it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/json;'])('of type "%s" is read', async (type) => {
    const answer = await create({ body: '{"image":1}', headers: { 'content-type': type } });
    expect(complaint(answer, 'image')).toBeNull();
  });

  it('that is too large is refused', async () => {
    const body = JSON.stringify({ image: 'busybox', labels: { a: 'x'.repeat(MAX_BODY_BYTES) } });
    for (const path of ['/v1/containers', `/v1/containers/${subject.uuid}/stop`]) {
      const answer = await create({ path, body });
      expect([answer.status, flawOf(answer)]).toEqual([413, null]);
    }
  });

  it('that is nested too deeply is refused', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    for (const body of [`{"image":"busybox","labels":${deep}}`, `{"image":"busybox","hints":{"a":${deep}}}`, deep]) {
      const answer = await create({ body });
      expect([answer.status, flawOf(answer)]).toEqual([400, null]);
      expect(errorOf(answer).detail).toMatch(/nested/);
    }
  });

  it.each(['runs', 'null', '["true"]', '{"toString":1}', '{"valueOf":1,"toString":null}'])(
    'with run = %s is refused',
    async (run) => {
      const value = run === 'runs' ? '"runs"' : run;
      const answer = await create({
        body: `{"image":"busybox","command":"true","run":${value}${run === 'null' ? ',"cpu":"a lot"' : ''}}`,
      });
      expect(complaint(answer, run === 'null' ? 'cpu' : 'run', [SCHEMA_ERROR, 'container.invalid-value'])).toBeNull();
    },
  );

  it.each([
    ['exposed_ports', { exposed_ports: { '0/tcp': {} } }],
    ['exposed_ports', { exposed_ports: { '80/sctp': {} } }],
    ['exposed_ports', { exposed_ports: { '80/tcp/x': {} } }],
    ['exposed_ports', { exposed_ports: { '': {} } }],
    ['restart_policy', { restart_policy: { Name: 'always', MaximumRetryCount: 1 } }],
    ['restart_policy', { restart_policy: { Name: 'on-failure', MaximumRetryCount: '9'.repeat(30) } }],
    ['environment', { environment: { 'A=B': 'c' } }],
    ['environment', { environment: { '': 'c' } }],
    ['environment', { environment: { A: 'a\u0000b' } }],
    ['command', { command: ['a\u0000b'] }],
    ['workdir', { workdir: '/a\u0000b' }],
    ['labels', { labels: { '': 'b' } }],
    ['cpu', { cpu_policy: 'dedicated', cpu: 1.5 }],
    ['mounts', { mounts: [{ source: 'a', destination: 'a' }] }],
    ['mounts', { mounts: [{ source: '/etc', destination: '/a' }] }],
    ['mounts', { mounts: [{ type: 'bind', source: '/etc/passwd!', destination: '/a' }] }],
    ['mounts', { mounts: [{ type: 'tmpfs', source: 'a', destination: '/a' }] }],
    ['mounts', { mounts: [{ size: 0, destination: '/a' }] }],
    ['security_groups', { security_groups: ['a'] }],
    ['security_groups', { security_groups: null, exposed_ports: null }],
    ['nets', { nets: [{ port: 'a' }] }],
  ])('with a senseless %s is refused: %j', async (name, fields) => {
    const headers = { 'openstack-api-version': 'container 1.40' };
    const answer = await create({ headers, body: JSON.stringify({ image: 'busybox', ...fields }) });
    expect(complaint(answer, name, [SCHEMA_ERROR, 'container.invalid-value', 'container.base-64-exception'])).toBeNull();
  });

  it.each(['a "b', "a 'b", 'a \\'])('with the command %s, which ends too early, is refused', async (command) => {
    const answer = await create({ body: JSON.stringify({ image: 'busybox', command }) });
    expect(complaint(answer, 'command', ['container.invalid-value'])).toBeNull();
  });

  it.each(['Busybox', 'busybox:', 'a//b', 'busybox:$', '-busybox', 'a b'])(
    'with the image %s, which names none, is refused',
    async (image) => {
      const answer = await create({ body: JSON.stringify({ image }) });
      expect(complaint(answer, 'image', [SCHEMA_ERROR, 'container.invalid-value'])).toBeNull();
    },
  );

  it('is not needed on actions, whatever its type says', async () => {
    const empty: Record<string, string>[] = [
      { 'content-type': 'application/json', 'content-length': '0' },
      { 'content-type': 'text/plain' },
    ];
    for (const headers of empty) {
      const answer = await call({ method: 'POST', path: `/v1/containers/${NOWHERE.container}/start`, headers });
      expect([answer.status, errorOf(answer).code]).toEqual([404, 'container.container-not-found']);
    }
  });
});

describe('on a container that runs', () => {
  const at = (method: string, path: string, body?: string): Promise<RawAnswer> =>
    call({ method, path: `/v1/containers/${subject.uuid}${path}`, headers: { 'openstack-api-version': 'container 1.40' }, body });

  it.each([
    ['GET', '/logs?since=2024-13-45 10:00:00,000', 'since'],
    ['GET', '/logs?since=2024-01-01T10:00:00', 'since'],
    ['GET', '/logs?stdout=0&stderr=0', 'stdout'],
    ['POST', '/execute', 'command'],
    ['POST', '/execute?command=', 'command'],
    ['POST', '/execute?command=%20', 'command'],
    ['POST', '/execute?command="a', 'command'],
    ['POST', '/execute?command=a%00b', 'command'],
    ['GET', '/top?ps_args=%00', 'ps_args'],
    ['GET', '?all_projects=maybe', 'all_projects'],
    ['GET', '?all_projects=0&all_projects=0', 'all_projects'],
  ])('%s %s names the parameter', async (method, path, name) => {
    const answer = await at(method, path.replaceAll(' ', '%20').replaceAll('"', '%22'));
    expect(complaint(answer, name, [SCHEMA_ERROR, 'container.invalid-value'])).toBeNull();
  });

  it.each([
    ['GET', '/top?ps_args=--no-such-option'],
    ['POST', '/execute?command=/no/such/program'],
  ])('%s %s is no failure of the service', async (method, path) => {
    const answer = await at(method, path);
    expect(flawOf(answer)).toBeNull();
    expect(answer.status).toBeLessThan(500);
  });

  it.each([
    ['GET', '/logs?since=None&tail=None'],
    ['GET', '/logs?tail=-1'],
    ['GET', '/logs?tail=99999999999999999999'],
    ['GET', '/logs?since=99999999999999999999999'],
    ['GET', '/top?ps_args=None'],
    ['GET', '?surprise=1'],
    ['GET', '/logs/'],
    ['GET', '//logs//'],
  ])('%s %s is taken', async (method, path) => {
    expect((await at(method, path)).status).toBe(200);
  });

  it.each(['force=true', 'stop=true'])('a delete with %s is refused before its version', async (flag) => {
    const answer = await call({
      method: 'DELETE',
      path: `/v1/containers/${subject.uuid}?${flag}`,
      headers: { 'openstack-api-version': 'container 1.6' },
    });
    expect(complaint(answer, flag.split('=')[0]!, ['container.invalid-param-in-version'])).toBeNull();
  });
});

describe('an address', () => {
  const statusOf = async (method: string, path: string): Promise<number> => {
    const answer = await call({ method, path, headers: { 'openstack-api-version': 'container 1.40' } });
    expect(flawOf(answer, method), `${method} ${path}`).toBeNull();
    return answer.status;
  };
  const U = NOWHERE.container;

  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/v2/containers'],
    ['GET', '/v1/containers/x/nothing'],
    ['POST', '/v1/containers/x/nothing'],
    ['GET', '/v1//containers'],
    ['GET', '//v1/containers'],
    ['GET', `/v1/containers/${U}/start`],
    ['POST', `/v1/containers/${U}/logs`],
    ['PUT', `/v1/containers/${U}/start`],
    ['GET', '/v1/containers/nul%00'],
    ['GET', '/v1/containers/%2e%2e%2fhosts'],
    ['GET', '/v1/containers/%F0%9F%90%B3'],
    ['GET', `/v1/containers/${'x'.repeat(200)}`],
    ['GET', `/v1/containers/${'x'.repeat(9_000)}`],
    ['GET', `/v1/containers/${U.toUpperCase().replace('0000', 'ABCD')}`],
    ['GET', `/v1/containers/{${U}}`],
    ['GET', `/v1/containers/${'%27%20OR%201%3D1--'}`],
  ])('%s %s is not found', async (method, path) => {
    expect(await statusOf(method, path)).toBe(404);
  });

  it.each([
    ['PUT', '/v1/containers', 'GET, POST'],
    ['DELETE', '/v1/containers', 'GET, POST'],
    ['PATCH', '/v1/containers', 'GET, POST'],
    ['HEAD', '/v1/containers', 'GET, POST'],
    ['POST', `/v1/containers/${U}`, 'DELETE, GET, PATCH'],
    ['PUT', `/v1/containers/${U}`, 'DELETE, GET, PATCH'],
    ['HEAD', `/v1/containers/${U}`, 'DELETE, GET, PATCH'],
    ['POST', '/v1/hosts', 'GET'],
    ['POST', '/v1/services', 'DELETE, GET'],
  ])('%s %s allows other methods', async (method, path, allow) => {
    const answer = await call({ method, path });
    expect([answer.status, flawOf(answer, method)]).toEqual([405, null]);
    expect(answer.headers.allow?.split(', ').sort().join(', ')).toBe(allow);
  });

  it.each(['PROPFIND', 'TRACE', 'LOCK', 'SEARCH'])('is refused for %s', async (method) => {
    expect(await statusOf(method, '/v1/containers')).toBe(405);
  });

  it.each(['/v1/containers/%', '/v1/containers/%zz', '/v1/containers/%c0%80', '/v1/containers/%ff'])(
    '%s is no address',
    async (path) => {
      expect(await statusOf('GET', path)).toBe(400);
    },
  );

  it.each(['/v1/containers/', '/containers', '/v1/containers//', '/v1/containers?'])('%s is the list', async (path) => {
    expect(await statusOf('GET', path)).toBe(200);
  });

  it('without a token is not even known', async () => {
    const answer = await rawRequest(service.url(), { method: 'GET', path: '/v1/nothing' });
    expect([answer.status, flawOf(answer)]).toEqual([401, null]);
  });
});

describe('a header', () => {
  const list = (headers: Record<string, string | string[]>): Promise<RawAnswer> =>
    call({ method: 'GET', path: '/v1/containers', headers });

  it.each([
    'nova 1.1',
    'container',
    'container 1',
    'container 1.x',
    'container 1.1.1',
    '1.40',
    'container 1.40 x',
    'container -1.1',
  ])('OpenStack-API-Version: %s is refused', async (version) => {
    const answer = await list({ 'openstack-api-version': version });
    expect([answer.status, errorOf(answer).code, errorOf(answer).title]).toEqual([406, 'container.', 'Not Acceptable']);
    expect(flawOf(answer)).toBeNull();
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('openstack-api'))).toEqual([]);
  });

  it.each(['container 1.42', 'container 1.0', 'container 2.1', 'container 0.9', 'container 1.99999999999999999999'])(
    'OpenStack-API-Version: %s is refused, saying which there are',
    async (version) => {
      const answer = await list({ 'openstack-api-version': version });
      expect(answer.status).toBe(406);
      expect(errorOf(answer)).toMatchObject({
        code: 'container.microversion-unsupported',
        title: 'Not Acceptable',
        min_version: '1.1',
        max_version: '1.41',
      });
      expect(answer.headers).toMatchObject({
        'openstack-api-minimum-version': 'container 1.1',
        'openstack-api-maximum-version': 'container 1.41',
      });
    },
  );

  it.each(['text/html', 'application/xml, text/*', 'application/json;q=0', '*/*;q=0', 'application/json;q=0, */*', 'image/*'])(
    'Accept: %s cannot be served',
    async (accept) => {
      const answer = await list({ accept });
      expect([answer.status, flawOf(answer)]).toEqual([406, null]);
      expect(answer.headers).not.toHaveProperty('openstack-api-version');
    },
  );

  it.each([
    '*/*',
    'application/json',
    'application/*',
    'text/html, application/xhtml+xml, */*;q=0.8',
    'APPLICATION/JSON;q=0.1',
    '',
  ])('Accept: %s is served', async (accept) => {
    expect((await list({ accept })).status).toBe(200);
  });

  it('that is longer than a server reads is refused', async () => {
    const answer = await list({ 'x-long': 'x'.repeat(100_000) });
    expect([answer.status, flawOf(answer)]).toEqual([431, null]);
  });
});

it('refuses what is not HTTP', async () => {
  const said = await rawBytes(service.url(), 'HELLO\r\n\r\n');
  const [head, text] = said.split('\r\n\r\n') as [string, string];
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [line.split(': ')[0]!.toLowerCase(), line.split(': ')[1]!]),
  );
  expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  expect(flawOf({ status: 400, headers, text })).toBeNull();
});

it('after all of that nothing was made or changed', async () => {
  for (const client of [demo, admin]) {
    const all = await client.containers();
    expect(all.map(({ uuid, status }) => ({ uuid, status }))).toEqual(
      client === demo ? [{ uuid: subject.uuid, status: 'Running' }] : [],
    );
  }
  const ours = (await engineContainers(service.engine)).filter(({ Labels }) => Object.values(Labels).includes(HOST));
  expect(ours.map(({ Names }) => Names)).toEqual([[expect.stringContaining(subject.uuid) as string]]);
});
