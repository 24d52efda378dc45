import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logIn, logInUnscoped, type Answer, type ApiClient, type ContainerView } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { engineContainers, type EngineContainer } from '../lib/engine.js';
import { eventually } from '../lib/eventually.js';
import {
  isKnown,
  LIMIT_SETTINGS,
  OPERATIONS,
  requestOf,
  sampleOf,
  subjectOf,
  type PreparedRequest,
  type Targets,
} from '../lib/operations.js';

const HOST = 'embedded-tenancy';
/** Fields that only administrators see. */
const ADMIN_FIELDS = ['host', 'image_pull_policy', 'privileged', 'runtime'];
const NAME = 'private';

let service: EmbeddedService;
let demo: ApiClient;
let other: ApiClient;
let reader: ApiClient;
let admin: ApiClient;
let owned: ContainerView & { project_id: string; user_id: string };
let targets: Targets;
let before: unknown;

beforeAll(async () => {
  service = await startEmbedded({ settings: { DEFAULT: { host: HOST, ...LIMIT_SETTINGS } } });
  [demo, other, reader, admin] = [
    await service.client('demo'),
    await service.client('other'),
    await service.client('reader'),
    await service.client('admin'),
  ];
  const made = await demo.request<ContainerView>('POST', '/containers?run=true', {
    body: { name: NAME, image: 'busybox', command: PATIENT },
  });
  owned = (await demo.reaches(made.body.uuid, 'Running')) as typeof owned;
  const { registry } = await demo.call<{ registry: { uuid: string } }>('POST', '/registries', {
    registry: { name: NAME, domain: 'private.example', username: 'demo', password: 'of-demo' },
  });
  targets = {
    container: owned.uuid,
    requestId: made.headers.get('x-openstack-request-id')!,
    host: HOST,
    project: owned.project_id,
    registry: registry.uuid,
  };
  before = await everythingOf(owned.uuid);
});

afterAll(async () => {
  await demo?.deleteAll();
  await other?.deleteAll();
  await service?.purge();
});

/** A container as its owner, its log of actions, and its engine have it; without the time it has been up. */
async function everythingOf(uuid: string): Promise<unknown> {
  const container = { ...(await demo.container(uuid)), status_detail: 'some time' };
  const actions = await demo.call('GET', `/containers/${uuid}/container_actions`);
  const registry = await demo.call('GET', `/registries/${NAME}`);
  return { container, actions, registry, engine: (await engineContainerOf(uuid)).map(({ Id, State }) => ({ Id, State })) };
}

async function engineContainerOf(uuid: string): Promise<EngineContainer[]> {
  return (await engineContainers(service.engine)).filter(({ Names }) => Names.some((name) => name.includes(uuid)));
}

function send<T = unknown>(client: ApiClient, request: PreparedRequest, token?: string | null): Promise<Answer<T>> {
  const { method, path, body, version } = request;
  const given = { ...(token === undefined ? {} : { token }), ...(version === undefined ? {} : { version }) };
  return client.request<T>(method, path, { body, ...given });
}

const codeOf = ({ body }: Answer): string | undefined => (body as { errors?: { code: string }[] } | undefined)?.errors?.[0]?.code;

const byName = (): Targets => ({ ...targets, container: NAME, registry: NAME });

describe.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s', (_id, operation) => {
  it('is known to these tests', () => {
    expect(() => sampleOf(operation)).not.toThrow();
  });
  if (!isKnown(operation)) return;

  describe('without a valid token', () => {
    let tokens: Record<string, string | null>;

    beforeAll(async () => {
      tokens ??= { no: null, 'a made-up': 'gAAAAABmade-up', 'a broken': `${demo.token.slice(0, -2)}xx`, ...(await ended()) };
    });

    it.each(['no', 'a made-up', 'a broken', 'a revoked', 'an expired'])('answers 401 to %s token', async (kind) => {
      const answer = await send(demo, requestOf(operation, targets), tokens[kind]);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe(`Keystone uri="${service.url()}/identity"`);
      expect(answer.body).toEqual({
        error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
      });
    });
  });

  const { audience, access, adminStatus, statusOffline = operation.success.status, tenantAnswer } = sampleOf(operation);
  const refusal = tenantAnswer ?? { status: 403, code: 'container.policy-not-authorized' };

  if (audience === 'admin') {
    it.each(['a member', 'a member of another project', 'a reader', 'somebody without a project'])(
      'is refused to %s',
      async (who) => {
        const answer = await send(demo, requestOf(operation, targets), await tokenOf(who));
        expect({ status: answer.status, code: codeOf(answer) }).toEqual(refusal);
      },
    );

    it('serves an administrator', async () => {
      const answer = await send(admin, requestOf(operation, targets));
      expect(answer.status).toBe(adminStatus ?? operation.success.status);
    });
    return;
  }

  const subject = subjectOf(operation);
  if (subject !== null) {
    it.each(['a member of another project', 'somebody of another project without a scope'])(
      'shows %s no difference to one that is not there',
      async (who) => {
        const token = await tokenOf(who);
        for (const at of [targets, byName()]) {
          const nowhere = { ...at, [subject]: at === targets ? '00000000-0000-4000-8000-000000000000' : 'nowhere' };
          const [answer, absent] = [
            await send(other, requestOf(operation, at), token),
            await send(other, requestOf(operation, nowhere), token),
          ];
          expect([answer.status, codeOf(answer)]).toEqual([404, `container.${subject}-not-found`]);
          expect(answer.text).toBe(absent.text.replaceAll(nowhere[subject], at[subject]));
        }
      },
    );
  }

  if (subject === 'container') {
    it('is not reached through a container of one’s own', async () => {
      const mine = await ownOf(other);
      const answer = await send(other, requestOf(operation, { ...targets, container: mine.uuid }));
      expect(answer.text).not.toContain(owned.uuid);
      if (operation.path.includes(':request_id')) expect(answer.status).toBe(404);
    });
  }

  if (access === 'read') {
    it.each(['a reader', 'the owner'])('serves %s', async (who) => {
      const answer = await send(demo, requestOf(operation, targets), await tokenOf(who));
      expect([operation.success.status, statusOffline]).toContain(answer.status);
    });
  }

  if (access === 'write') {
    it('is refused to a reader', async () => {
      for (const at of [targets, byName()]) {
        const answer = await send(reader, requestOf(operation, at));
        expect([answer.status, codeOf(answer)]).toEqual([403, 'container.policy-not-authorized']);
      }
    });
  }

  if (access === 'read' && subject !== null) {
    it('serves an administrator of another project', async () => {
      for (const at of [targets, byName()]) {
        expect((await send(admin, requestOf(operation, at))).status).toBe(operation.success.status);
      }
    });
  }
});

describe('a member of another project', () => {
  it.each([
    ['without a filter', () => ''],
    ['by name', () => `?name=${NAME}`],
    ['by status', () => '?status=Running'],
    ['by project', () => `?project_id=${owned.project_id}`],
    ['by user', () => `?user_id=${owned.user_id}`],
    ['by image', () => '?image=busybox'],
    ['with all_projects off', () => '?all_projects=false'],
    ['page by page', () => '?limit=1&sort_key=uuid'],
  ])('does not find it in a list %s', async (_how, query) => {
    const answer = await other.request('GET', `/containers${query()}`);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(owned.uuid);
  });

  it('cannot page on from it', async () => {
    const answer = await other.request('GET', `/containers?marker=${owned.uuid}`);
    expect([answer.status, codeOf(answer)]).toEqual([404, 'container.container-not-found']);
  });

  it('gets its own container under a name that both have', async () => {
    const mine = await other.create({ name: NAME, image: 'busybox', command: ['true'] });
    expect((await other.container(NAME)).uuid).toBe(mine.uuid);
    expect((await demo.container(NAME)).uuid).toBe(owned.uuid);
    const answer = await admin.request('GET', `/containers/${NAME}`);
    expect([answer.status, codeOf(answer)]).toEqual([409, 'container.conflict']);
    await other.reaches(mine.uuid, 'Created');
    await other.call('DELETE', `/containers/${mine.uuid}`);
    await other.isGone(mine.uuid);
  });

  it('has what it makes in its own project, whatever it asks for', async () => {
    const mine = await ownOf(other);
    expect((mine as typeof owned).project_id).not.toBe(owned.project_id);
    for (const field of ['project_id', 'user_id']) {
      const answer = await other.request('POST', '/containers', { body: { image: 'busybox', [field]: owned.project_id } });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'container.schema-validation-error']);
    }
  });
});

describe.each(['the owner', 'a reader', 'a member of another project', 'somebody without a project'])('%s', (who) => {
  const ask = async (method: string, path: string): Promise<Answer> => demo.request(method, path, { token: await tokenOf(who) });

  it.each([
    ['lists all projects', 'GET', () => '/containers?all_projects=true'],
    ['shows one of all projects', 'GET', () => `/containers/${owned.uuid}?all_projects=true`],
    ['deletes one of all projects', 'DELETE', () => `/containers/${owned.uuid}?all_projects=true&stop=true`],
    ['lists by host', 'GET', () => `/containers?host=${HOST}`],
  ])('neither %s', async (_what, method, path) => {
    const answer = await ask(method, path());
    expect([answer.status, codeOf(answer)]).toEqual([403, 'container.policy-not-authorized']);
  });
});

describe('what only administrators see', () => {
  it.each(['the owner', 'a reader'])('is not shown to %s', async (who) => {
    const token = await tokenOf(who);
    const one = await demo.request<Record<string, unknown>>('GET', `/containers/${owned.uuid}`, { token });
    const { body } = await demo.request<{ containers: Record<string, unknown>[] }>('GET', '/containers', { token });
    const listed = body.containers.find(({ uuid }) => uuid === owned.uuid)!;
    for (const seen of [one.body, listed]) expect(Object.keys(seen).filter((key) => ADMIN_FIELDS.includes(key))).toEqual([]);
  });

  it('is not in the answers to writes either', async () => {
    const created = await other.request<ContainerView>('POST', '/containers', { body: { image: 'busybox', command: ['true'] } });
    await other.reaches(created.body.uuid, 'Created');
    const path = `/containers/${created.body.uuid}`;
    const changed = await other.request('PATCH', path, { body: { name: 'renamed' } });
    for (const { body } of [created, changed]) {
      expect(body).toHaveProperty('uuid', created.body.uuid);
      expect(Object.keys(body as object).filter((key) => ADMIN_FIELDS.includes(key))).toEqual([]);
    }
  });

  it('is shown to an administrator', async () => {
    const seen = await admin.container(owned.uuid);
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(ADMIN_FIELDS));
    expect(seen.host).toBe(HOST);
    const listed = await admin.containers(`?all_projects=true&host=${HOST}`);
    expect(listed.map(({ uuid }) => uuid)).toContain(owned.uuid);
  });

  it.each([
    ['runtime', { runtime: 'runc' }],
    ['image_pull_policy', { image_pull_policy: 'always' }],
    ['host', { host: HOST }],
    ['privileged', { privileged: true }],
  ])('is not theirs to choose: %s', async (_field, fields) => {
    const answer = await demo.request('POST', '/containers', { body: { image: 'busybox', ...fields } });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'container.policy-not-authorized']);
  });
});

describe('an administrator', () => {
  it('lists only the own project unless all are asked for', async () => {
    expect((await admin.containers()).map(({ uuid }) => uuid)).not.toContain(owned.uuid);
    expect((await admin.containers('?all_projects=true')).map(({ uuid }) => uuid)).toContain(owned.uuid);
  });

  it('acts on containers of any project', async () => {
    const theirs = await other.run({ name: 'to-be-removed', image: 'busybox', command: PATIENT });
    await other.reaches(theirs.uuid, 'Running');
    await admin.call('POST', `/containers/to-be-removed/stop?timeout=1`);
    await other.reaches(theirs.uuid, 'Stopped');
    await admin.call('DELETE', `/containers/${theirs.uuid}?force=true`);
    await other.isGone(theirs.uuid);
  });
});

describe('somebody without a project', () => {
  it('lists what is theirs, and touches nothing', async () => {
    const token = await tokenOf('somebody without a project');
    const list = await demo.request('GET', '/containers', { token });
    expect(list.status).toBe(200);
    expect(list.text).toContain(owned.uuid);
    expect((await demo.request('DELETE', `/containers/${owned.uuid}?stop=true`, { token })).status).toBe(403);
  });

  it('makes nothing, as it would belong to nobody', async () => {
    const token = await tokenOf('somebody without a project');
    const answer = await demo.request('POST', '/containers', { token, body: { image: 'busybox', name: 'nobodys' } });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'container.policy-not-authorized']);
    expect((await admin.containers('?all_projects=true&name=nobodys')).length).toBe(0);
  });
});

it('after all of that the owner’s container is as it was', async () => {
  expect(await everythingOf(owned.uuid)).toEqual(before);
});

async function tokenOf(who: string): Promise<string> {
  switch (who) {
    case 'the owner':
    case 'a member':
      return demo.token;
    case 'a reader':
      return reader.token;
    case 'a member of another project':
      return other.token;
    case 'somebody without a project':
      return logInUnscoped(service.credentials('demo'));
    case 'somebody of another project without a scope':
      return logInUnscoped(await service.userCredentials('other'));
    default:
      throw new Error(`who is ${who}?`);
  }
}

let own: Promise<ContainerView> | undefined;

/** A container of the other project, once for all tests. */
function ownOf(client: ApiClient): Promise<ContainerView> {
  own ??= (async () => {
    const { uuid } = await client.create({ name: 'mine', image: 'busybox', command: PATIENT });
    return client.reaches(uuid, 'Created');
  })();
  return own;
}

let endedTokens: Promise<Record<string, string>> | undefined;

/** Tokens that were valid once, tested to be so. */
function ended(): Promise<Record<string, string>> {
  endedTokens ??= (async () => ({ 'a revoked': await revokedToken(), 'an expired': await expiredToken() }))();
  return endedTokens;
}

async function demandValid(token: string): Promise<void> {
  expect((await demo.request('GET', '/containers', { token })).status).toBe(200);
}

async function revokedToken(): Promise<string> {
  const { token } = await logIn(service.credentials('demo'));
  await demandValid(token);
  const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
  const { status } = await fetch(`${service.authUrl()}/auth/tokens`, { method: 'DELETE', headers });
  expect(status).toBe(204);
  return token;
}

/** A token ends with the application credential that gave it. */
async function expiredToken(): Promise<string> {
  const expires_at = new Date(Date.now() + 2_000).toISOString().replace('Z', '000');
  const created = await identity(`/users/${owned.user_id}/application_credentials`, {
    application_credential: { name: 'short', expires_at },
  });
  const { id, secret } = (created.body as { application_credential: { id: string; secret: string } }).application_credential;
  const auth = { identity: { methods: ['application_credential'], application_credential: { id, secret } } };
  const token = (await identity('/auth/tokens', { auth })).headers.get('x-subject-token')!;
  await demandValid(token);
  await eventually(
    async () => (await demo.request('GET', '/containers', { token })).status,
    (status) => status === 401,
    { describe: 'the token has ended', timeoutMs: 10_000 },
  );
  return token;
}

async function identity(path: string, body: object): Promise<{ body: unknown; headers: Headers }> {
  const response = await fetch(`${service.authUrl()}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Auth-Token': demo.token },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answers ${response.status} ${text}`);
  return { body: JSON.parse(text), headers: response.headers };
}
