import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@zun/domain';
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedIdentity } from '../embedded-identity.js';
import { registerIdentityRoutes } from './register-identity-routes.js';

const ENDPOINT = 'http://cloud.example:9517';
const HOUR = 3_600_000;

let folder: string;
let now: number;
let identity: EmbeddedIdentity;
let app: FastifyInstance;
let demoId: string;
let projectId: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zun-identity-'));
  now = Date.now();
  identity = new EmbeddedIdentity({
    usersFile: join(folder, 'users.json'),
    tokenKeyFile: join(folder, 'token.key'),
    tokenExpiration: 3600,
    regionName: 'RegionOne',
    publicEndpoint: ENDPOINT,
    clock: { ...systemClock, now: () => now },
  });
  const demo = await identity.store.addUser({ name: 'demo', project: 'demo', role: 'member', password: 'pw' });
  [demoId, projectId] = [demo.user.id, demo.project.id];
  app = fastify();
  await registerIdentityRoutes(app, identity, { prefix: '/identity' });
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

interface Call {
  readonly token?: string;
  readonly subject?: string;
  readonly body?: object | string;
}

function call(
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE',
  path: string,
  { token, subject, body }: Call = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method,
    url: `/identity${path}`,
    headers: {
      ...(token && { 'x-auth-token': token }),
      ...(subject && { 'x-subject-token': subject }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    payload: body,
  });
}

function passwordLogin(user = 'demo', password = 'pw', scope?: unknown): object {
  const login = { user: { name: user, password, domain: { name: 'Default' } } };
  return { auth: { identity: { methods: ['password'], password: login }, ...(scope !== undefined && { scope }) } };
}

function tokenLogin(token: string, scope?: unknown): object {
  return { auth: { identity: { methods: ['token'], token: { id: token } }, ...(scope !== undefined && { scope }) } };
}

function credentialLogin(credential: object): object {
  return { auth: { identity: { methods: ['application_credential'], application_credential: credential } } };
}

async function login(body: object = passwordLogin()): Promise<string> {
  const response = await call('POST', '/v3/auth/tokens', { body });
  expect(response.statusCode, response.body).toBe(201);
  return response.headers['x-subject-token'] as string;
}

async function adminToken(): Promise<string> {
  await identity.store.addUser({ name: 'admin', project: 'admin', role: 'admin', password: 'pw' });
  return login(passwordLogin('admin'));
}

type TokenBody = { token: Record<string, unknown> & { roles?: { name: string }[]; project?: { id: string } } };

async function describeToken(token: string): Promise<TokenBody['token']> {
  return (await call('GET', '/v3/auth/tokens', { token, subject: token })).json<TokenBody>().token;
}

describe('discovery', () => {
  it('names v3 under the public endpoint, with a slash or without', async () => {
    for (const path of ['', '/']) {
      const response = await call('GET', path);
      expect(response.statusCode).toBe(300);
      expect(response.json()).toMatchObject({ versions: { values: [{ links: [{ href: `${ENDPOINT}/identity/v3/` }] }] } });
    }
    for (const path of ['/v3', '/v3/']) {
      expect((await call('GET', path)).json()).toMatchObject({ version: { id: 'v3.14', status: 'stable' } });
    }
  });
});

describe('login by password', () => {
  it('without a scope goes to the default project, with the roles there and the catalog', async () => {
    const response = await call('POST', '/v3/auth/tokens', { body: passwordLogin() });
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({
      token: {
        methods: ['password'],
        user: { id: demoId, name: 'demo', domain: { id: 'default', name: 'Default' } },
        project: { id: projectId, name: 'demo', domain: { id: 'default', name: 'Default' } },
        roles: [{ name: 'member' }, { name: 'reader' }],
        expires_at: new Date(now + HOUR).toISOString().replace('Z', '000Z'),
        catalog: [
          { type: 'container', endpoints: [{ interface: 'public', url: `${ENDPOINT}/v1`, region_id: 'RegionOne' }, {}, {}] },
          { type: 'identity', endpoints: [{ url: `${ENDPOINT}/identity` }, {}, {}] },
        ],
      },
    });
  });

  it.each([
    ['by name', () => ({ project: { name: 'demo', domain: { id: 'default' } } })],
    ['by id', () => ({ project: { id: projectId } })],
  ])('takes a project %s', async (_, scope) => {
    expect((await describeToken(await login(passwordLogin('demo', 'pw', scope()))))['project']).toMatchObject({ id: projectId });
  });

  it.each(['unscoped', { unscoped: {} }])('takes %j', async (scope) => {
    const token = await describeToken(await login(passwordLogin('demo', 'pw', scope)));
    expect([token.project, token.roles, token['catalog']]).toEqual([undefined, undefined, undefined]);
  });

  it('leaves the catalog out when asked', async () => {
    const response = await call('POST', '/v3/auth/tokens?nocatalog', { body: passwordLogin() });
    expect(response.json<TokenBody>().token).not.toHaveProperty('catalog');
  });

  const elsewhere = { name: 'demo', password: 'pw', domain: { name: 'Elsewhere' } };
  it.each([
    ['a wrong password', passwordLogin('demo', 'wrong')],
    ['an unknown user', passwordLogin('nobody')],
    ['an unknown project', passwordLogin('demo', 'pw', { project: { id: 'x' } })],
    ['a project of another domain', passwordLogin('demo', 'pw', { project: { name: 'demo', domain: { id: 'other' } } })],
    ['a domain as scope', passwordLogin('demo', 'pw', { domain: { id: 'default' } })],
    ['the system as scope', passwordLogin('demo', 'pw', { system: { all: true } })],
    ['another domain', { auth: { identity: { methods: ['password'], password: { user: elsewhere } } } }],
    ['an unknown method', { auth: { identity: { methods: ['totp'] } } }],
  ])('refuses %s, all in the same words', async (_, body) => {
    const response = await call('POST', '/v3/auth/tokens', { body });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe(`Keystone uri="${ENDPOINT}/identity"`);
    const message = 'The request you have made requires authentication.';
    expect(response.json()).toEqual({ error: { code: 401, title: 'Unauthorized', message } });
  });

  it.each([
    ['{', /not valid JSON/],
    [{}, /auth must be an object/],
    [{ auth: { identity: { methods: [] } } }, /at least one method/],
    [
      { auth: { identity: { methods: ['password'], password: { user: { name: 'demo', password: 'pw' } } } } },
      /user\.domain must be/,
    ],
    [
      { auth: { identity: { methods: ['password'], password: { user: { id: 1, password: 'pw' } } } } },
      /user\.id must be a string/,
    ],
    [{ auth: { identity: { methods: ['token'], token: {} } } }, /token\.id must be a string/],
    [passwordLogin('demo', 'pw', []), /auth\.scope must be an object/],
  ])('tells what is wrong in %j', async (body, message) => {
    const response = await call('POST', '/v3/auth/tokens', { body });
    expect(response.statusCode).toBe(400);
    expect(response.json<{ error: { message: string } }>().error.message).toMatch(message);
  });

  it('takes as long for a user who does not exist', async () => {
    const time = async (user: string): Promise<number> => {
      const start = performance.now();
      await call('POST', '/v3/auth/tokens', { body: passwordLogin(user, 'wrong') });
      return performance.now() - start;
    };
    await time('demo');
    const [known, unknown] = [await time('demo'), await time('nobody')];
    expect(unknown).toBeGreaterThan(known / 3);
  });
});

describe('login by token', () => {
  it('gives a token for another scope that ends with the first', async () => {
    const first = await login(passwordLogin('demo', 'pw', 'unscoped'));
    now += HOUR / 2;
    const token = await describeToken(await login(tokenLogin(first, { project: { id: projectId } })));
    expect(token).toMatchObject({ methods: ['token', 'password'], project: { id: projectId } });
    expect(token['expires_at']).toBe((await describeToken(first))['expires_at']);
  });

  it('refuses a token that is none', async () => {
    expect((await call('POST', '/v3/auth/tokens', { body: tokenLogin('x.y') })).statusCode).toBe(401);
  });

  it('refuses methods that speak of different users', async () => {
    const admin = await adminToken();
    const { auth } = passwordLogin() as { auth: { identity: object } };
    const both = { auth: { identity: { ...auth.identity, methods: ['password', 'token'], token: { id: admin } } } };
    expect((await call('POST', '/v3/auth/tokens', { body: both })).statusCode).toBe(401);
  });
});

describe('a token is no longer valid', () => {
  it.each<[string, () => Promise<unknown> | void]>([
    ['when it has expired', () => void (now += HOUR)],
    ['when the user is removed', () => identity.store.removeUser('demo')],
    [
      'when the user is removed and made anew',
      () =>
        identity.store
          .removeUser('demo')
          .then(() => identity.store.ensureUser({ name: 'demo', project: 'demo', role: 'admin', password: 'pw' })),
    ],
    ['when the password changes', () => identity.store.setPassword(demoId, 'other')],
    ['when it is revoked', () => identity.revoke(identity.require(lastToken))],
  ])('%s', async (_, end) => {
    const token = (lastToken = await login());
    expect(identity.validate(token)).not.toBeNull();
    await end();
    expect(identity.validate(token)).toBeNull();
    expect((await call('GET', '/v3/auth/projects', { token })).statusCode).toBe(401);
  });

  let lastToken = '';

  it('when a bit of it is changed', async () => {
    const token = await login();
    const [claims = '', signature = ''] = token.split('.');
    const forged = Buffer.from(Buffer.from(claims, 'base64url').toString().replace(demoId, '0'.repeat(32))).toString('base64url');
    for (const bad of [`${forged}.${signature}`, claims, `${claims}.`, `.${signature}`, `${token}.`, '', 'a'.repeat(10_000)]) {
      expect(identity.check(bad), bad.slice(0, 40)).toBeNull();
    }
  });

  it('when another key signs', async () => {
    const other = new EmbeddedIdentity({
      usersFile: join(folder, 'users.json'),
      tokenKeyFile: join(folder, 'other.key'),
      tokenExpiration: 3600,
      regionName: 'R',
      publicEndpoint: ENDPOINT,
    });
    const { token } = await other.authenticate(passwordLogin());
    expect(other.check(token)).not.toBeNull();
    expect(identity.check(token)).toBeNull();
  });

  it('but is for services that ask for expired ones too', async () => {
    const [service, token] = [await adminToken(), await login()];
    const ask = (query: string) => call('GET', `/v3/auth/tokens${query}`, { token: service, subject: token });
    now += HOUR - 1;
    expect((await ask('')).statusCode).toBe(200);
    now += 1;
    expect(identity.validate(token, true)).not.toBeNull();
    now += 48 * HOUR;
    expect(identity.validate(token, true)).toBeNull();
  });
});

describe('/v3/auth/tokens', () => {
  it('answers HEAD without a body', async () => {
    const token = await login();
    const response = await call('HEAD', '/v3/auth/tokens', { token, subject: token });
    expect([response.statusCode, response.body]).toEqual([200, '']);
  });

  it('tells members only of their own tokens, services and admins of all', async () => {
    await identity.store.addUser({ name: 'svc', project: 'service', role: 'service', password: 'pw' });
    const [demo, admin, service] = [await login(), await adminToken(), await login(passwordLogin('svc'))];
    const status = async (token: string, subject: string): Promise<number> =>
      (await call('GET', '/v3/auth/tokens', { token, subject })).statusCode;
    expect(await status(demo, admin)).toBe(403);
    expect(await status(admin, demo)).toBe(200);
    expect(await status(service, demo)).toBe(200);
    expect(await status(admin, 'nonsense')).toBe(404);
    expect((await call('DELETE', '/v3/auth/tokens', { token: service, subject: demo })).statusCode).toBe(403);
  });

  it('ends a token', async () => {
    const [token, other] = [await login(), await login()];
    expect((await call('DELETE', '/v3/auth/tokens', { token, subject: token })).statusCode).toBe(204);
    expect(identity.check(token)).toBeNull();
    expect(identity.check(other)).not.toBeNull();
  });
});

describe('reading', () => {
  it.each([
    ['/v3/auth/catalog', 200, 200],
    ['/v3/auth/projects', 200, 200],
    ['/v3/auth/domains', 200, 200],
    ['/v3/auth/system', 200, 200],
    ['/v3/users', 403, 200],
    ['/v3/projects', 403, 200],
    ['/v3/domains', 403, 200],
    ['/v3/domains/default', 200, 200],
    ['/v3/roles', 403, 200],
    ['/v3/services', 403, 200],
    ['/v3/endpoints', 403, 200],
    ['/v3/regions', 200, 200],
    ['/v3/regions/RegionOne', 200, 200],
    ['/v3/role_assignments', 403, 200],
    ['/v3/projects/nonsense', 403, 404],
    ['/v3/nonsense', 404, 404],
  ])('%s: a member gets %d, an admin %d, nobody 401', async (path, member, admin) => {
    expect((await call('GET', path, { token: await login() })).statusCode).toBe(member);
    expect((await call('GET', path, { token: await adminToken() })).statusCode).toBe(admin);
    expect((await call('GET', path)).statusCode).toBe(path === '/v3/nonsense' ? 404 : 401);
  });

  it('lets users read themselves and their projects', async () => {
    const token = await login();
    expect((await call('GET', `/v3/users/${demoId}`, { token })).json()).toMatchObject({ user: { name: 'demo' } });
    expect((await call('GET', `/v3/projects/${projectId}`, { token })).json()).toMatchObject({ project: { name: 'demo' } });
    const projects: unknown = (await call('GET', `/v3/users/${demoId}/projects`, { token })).json();
    expect(projects).toMatchObject({ projects: [{ id: projectId }] });
  });

  it('finds by name', async () => {
    const token = await adminToken();
    const found = await call('GET', '/v3/users?name=demo&enabled=true&domain_id=default', { token });
    expect(found.json<{ users: unknown[] }>().users).toEqual([expect.objectContaining({ id: demoId })]);
    expect((await call('GET', '/v3/users?name=none', { token })).json()).toMatchObject({ users: [] });
  });

  it('tells role assignments, with the implied ones and names when asked', async () => {
    const token = await adminToken();
    const query = `user.id=${demoId}&effective=True&include_names`;
    const { role_assignments } = (await call('GET', `/v3/role_assignments?${query}`, { token })).json<{
      role_assignments: { role: { name: string } }[];
    }>();
    expect(role_assignments.map(({ role }) => role.name)).toEqual(['member', 'reader']);
  });

  it('never tells a hash', async () => {
    const token = await adminToken();
    for (const path of ['/v3/users', `/v3/users/${demoId}`])
      expect((await call('GET', path, { token })).body).not.toMatch(/scrypt|hash/);
  });

  it('says that users are not changed here', async () => {
    const response = await call('POST', '/v3/users', { token: await adminToken(), body: { user: { name: 'x' } } });
    expect(response.statusCode).toBe(405);
  });
});

describe('application credentials', () => {
  type Made = { application_credential: { id: string; secret: string; roles: { name: string }[] } };
  const path = (): string => `/v3/users/${demoId}/application_credentials`;

  async function make(token: string, extra: object = {}): Promise<Made['application_credential']> {
    const response = await call('POST', path(), { token, body: { application_credential: { name: 'ci', ...extra } } });
    expect(response.statusCode, response.body).toBe(201);
    return response.json<Made>().application_credential;
  }

  it('log in by id and secret, or by name, user and secret, with their roles', async () => {
    const { id, secret } = await make(await login(), { roles: [{ name: 'reader' }] });
    const byName = { name: 'ci', user: { name: 'demo', domain: { id: 'default' } }, secret };
    for (const credential of [{ id, secret }, byName]) {
      const token = await describeToken(await login(credentialLogin(credential)));
      expect(token).toMatchObject({
        methods: ['application_credential'],
        project: { id: projectId },
        roles: [{ name: 'reader' }],
        application_credential: { id, restricted: true },
      });
      expect(token.roles).toHaveLength(1);
    }
    expect((await call('POST', '/v3/auth/tokens', { body: credentialLogin({ id, secret: 'wrong' }) })).statusCode).toBe(401);
  });

  it('show their secret once', async () => {
    const token = await login();
    const { id, secret } = await make(token);
    const [list, one] = [await call('GET', path(), { token }), await call('GET', `${path()}/${id}`, { token })];
    expect(list.json()).toMatchObject({ application_credentials: [{ id, name: 'ci' }] });
    for (const body of [list.body, one.body]) expect(body).not.toMatch(new RegExp(`${secret}|scrypt`));
  });

  it('make no further ones unless unrestricted', async () => {
    const own = await login();
    const { id, secret } = await make(own);
    const restricted = await login(credentialLogin({ id, secret }));
    const body = { application_credential: { name: 'more' } };
    expect((await call('POST', path(), { token: restricted, body })).statusCode).toBe(403);
    expect((await call('DELETE', `${path()}/${id}`, { token: restricted })).statusCode).toBe(403);
    const trusted = await make(own, { name: 'trusted', unrestricted: true });
    const free = await login(credentialLogin({ id: trusted.id, secret: trusted.secret }));
    expect((await call('POST', path(), { token: free, body })).statusCode).toBe(201);
  });

  it('give no token for another scope', async () => {
    const { id, secret } = await make(await login());
    const token = await login(credentialLogin({ id, secret }));
    expect((await call('POST', '/v3/auth/tokens', { body: tokenLogin(token, { project: { id: projectId } }) })).statusCode).toBe(
      403,
    );
  });

  it('end, with their tokens, when they expire or are deleted; outlive a new password', async () => {
    const own = await login();
    const expires = new Date(now + HOUR / 4).toISOString().slice(0, 19);
    const [brief, lasting] = [await make(own, { expires_at: expires }), await make(own, { name: 'lasting' })];
    const tokens: string[] = [];
    for (const { id, secret } of [brief, lasting]) tokens.push(await login(credentialLogin({ id, secret })));
    const valid = (): boolean[] => tokens.map((token) => identity.check(token) !== null);
    await identity.store.setPassword(demoId, 'new');
    expect(valid()).toEqual([true, true]);
    now += HOUR / 4;
    expect(valid()).toEqual([false, true]);
    expect(
      (await call('POST', '/v3/auth/tokens', { body: credentialLogin({ id: brief.id, secret: brief.secret }) })).statusCode,
    ).toBe(401);
    const fresh = await login(passwordLogin('demo', 'new'));
    expect((await call('DELETE', `${path()}/${lasting.id}`, { token: fresh })).statusCode).toBe(204);
    expect(valid()).toEqual([false, false]);
  });

  it.each([
    [{ name: '' }, 400],
    [{ roles: [{ name: 'admin' }] }, 400],
    [{ roles: [{ name: 'king' }] }, 404],
    [{ expires_at: '2001-01-01T00:00:00' }, 400],
    [{ expires_at: 'soon' }, 400],
    [{ access_rules: [{ path: '/v1' }] }, 400],
    [{ unrestricted: 'yes' }, 400],
  ])('refuse %j with %d', async (extra, status) => {
    const body = { application_credential: { name: 'ci', ...extra } };
    expect((await call('POST', path(), { token: await login(), body })).statusCode).toBe(status);
  });

  it('have one name each, and an owner', async () => {
    const [token, admin] = [await login(), await adminToken()];
    await make(token);
    const body = { application_credential: { name: 'ci' } };
    expect((await call('POST', path(), { token, body })).statusCode).toBe(409);
    expect((await call('POST', path(), { token: admin, body })).statusCode).toBe(403);
    expect((await call('GET', path(), { token: admin })).statusCode).toBe(200);
    await identity.store.addUser({ name: 'other', project: 'other', role: 'member', password: 'pw' });
    expect((await call('GET', path(), { token: await login(passwordLogin('other')) })).statusCode).toBe(403);
  });
});

describe('changing the own password', () => {
  const change = (original_password: string, password: string) =>
    call('POST', `/v3/users/${demoId}/password`, { body: { user: { original_password, password } } });

  it('needs the old one', async () => {
    expect((await change('wrong', 'new')).statusCode).toBe(401);
    expect((await change('pw', '')).statusCode).toBe(400);
    expect((await change('pw', 'new')).statusCode).toBe(204);
    await login(passwordLogin('demo', 'new'));
  });
});

describe('the rest of the server', () => {
  it('keeps its own errors outside the prefix', async () => {
    expect((await app.inject('/elsewhere')).json()).not.toHaveProperty('error.code');
  });

  it('refuses a body that no login needs', async () => {
    const response = await call('POST', '/v3/auth/tokens', { body: { pad: 'x'.repeat(70_000) } });
    expect(response.json()).toMatchObject({ error: { code: 413 } });
  });
});
