import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeConfig } from '@zun/config';
import { ServiceUnavailableError, systemClock } from '@zun/domain';
import { silentLogger } from '@zun/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeystoneClient, type KeystoneClient } from './keystone-client.js';
import { credentialsFrom, v3Url } from './keystone-credentials.js';

const HOUR = 3_600_000;
const TENANT_TOKEN = {
  user: { id: 'u1', name: 'demo', domain: { id: 'default', name: 'Default' } },
  project: { id: 'p1', name: 'demo', domain: { id: 'default', name: 'Default' } },
  roles: [{ id: 'r1', name: 'member' }],
  expires_at: '2030-01-01T00:00:00.000000Z',
};

/** A Keystone that does what a test tells it, one step per request; without steps it behaves. */
class ScriptedKeystone {
  readonly logins: unknown[] = [];
  checks = 0;
  readonly queries: string[] = [];
  lifetimeMs = HOUR;
  readonly checkStatuses: number[] = [];
  readonly loginStatuses: number[] = [];
  hang = false;
  private readonly server: Server = createServer((request, response) => void this.handle(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  dropConnections(): void {
    this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (this.hang) return;
    if (request.method === 'POST') this.login(Buffer.concat(chunks).toString(), response);
    else if (request.url?.startsWith('/v3/projects')) this.projects(request.url, response);
    else this.check(request, response);
  }

  /** What it answers about projects. */
  projectsStatus = 200;
  projectsText: string | null = null;
  readonly asked: string[] = [];

  private projects(url: string, response: ServerResponse): void {
    this.asked.push(url);
    const known = !url.endsWith('gone');
    const status = this.projectsStatus === 200 && !known ? 404 : this.projectsStatus;
    response.writeHead(status);
    const list = url === '/v3/projects' ? { projects: [{ id: 'p1' }, { id: 'p2' }] } : { project: { id: 'p1' } };
    response.end(this.projectsText ?? JSON.stringify(status === 200 ? list : { error: { code: status } }));
  }

  private login(body: string, response: ServerResponse): void {
    this.logins.push(JSON.parse(body));
    const expires = new Date(Date.now() + this.lifetimeMs).toISOString();
    response.writeHead(this.loginStatuses.shift() ?? 201, { 'x-subject-token': `own-${this.logins.length}` });
    response.end(JSON.stringify({ token: { expires_at: expires } }));
  }

  private check(request: IncomingMessage, response: ServerResponse): void {
    this.checks++;
    this.queries.push(request.url?.replace('/v3/auth/tokens', '') ?? '');
    const known = request.headers['x-subject-token'] === 'good';
    const latest = request.headers['x-auth-token'] === `own-${this.logins.length}`;
    response.writeHead(this.checkStatuses.shift() ?? (!latest ? 401 : known ? 200 : 404));
    response.end(JSON.stringify({ token: TENANT_TOKEN }));
  }
}

let keystone: ScriptedKeystone;
let client: KeystoneClient;
let url: string;
let now: number;

function options(overrides: Record<string, string> = {}) {
  const login = { auth_url: `${url}/v3`, username: 'zun', password: 's', project_name: 'service', http_connect_timeout: 1 };
  return makeConfig({ keystone_authtoken: { ...login, ...overrides } }).keystone_authtoken;
}

beforeEach(async () => {
  keystone = new ScriptedKeystone();
  url = await keystone.start();
  now = Date.now();
  client = createKeystoneClient(options(), silentLogger, { ...systemClock, now: () => now });
});

afterEach(async () => {
  client.close();
  await keystone.stop();
});

describe('KeystoneClient.validate', () => {
  it('tells who a good token is', async () => {
    expect(await client.validate('good')).toEqual({
      userId: 'u1',
      userName: 'demo',
      userDomainId: 'default',
      projectId: 'p1',
      projectName: 'demo',
      projectDomainId: 'default',
      roles: ['member'],
      expiresAt: Date.parse('2030-01-01T00:00:00Z'),
    });
  });

  it('gives null for a token that Keystone does not know', async () => expect(await client.validate('bad')).toBeNull());

  it('asks for expired tokens only when told to', async () => {
    await client.validate('good');
    await client.validate('good', true);
    expect(keystone.queries).toEqual(['?nocatalog', '?nocatalog&allow_expired=1']);
  });

  it('logs in once for many checks at once', async () => {
    await Promise.all(['good', 'good', 'bad'].map((token) => client.validate(token)));
    expect(keystone.logins).toHaveLength(1);
  });

  it('logs in with the user and project of the configuration', async () => {
    await client.validate('good');
    expect(keystone.logins[0]).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'zun', password: 's', domain: { id: 'default' } } },
        },
        scope: { project: { name: 'service', domain: { id: 'default' } } },
      },
    });
  });

  it('renews its own token before it expires', async () => {
    await client.validate('good');
    now += HOUR - 61_000;
    await client.validate('good');
    expect(keystone.logins).toHaveLength(1);
    now += 2_000;
    await client.validate('good');
    expect(keystone.logins).toHaveLength(2);
  });

  it('logs in again when its own token is refused', async () => {
    keystone.checkStatuses.push(401);
    expect(await client.validate('good')).not.toBeNull();
    expect(keystone.logins).toHaveLength(2);
  });

  it('takes a 401 that outlives a new login as one about the token', async () => {
    keystone.checkStatuses.push(401, 401);
    expect(await client.validate('good')).toBeNull();
    expect(keystone.checks).toBe(2);
  });

  it('survives that Keystone closed the connection in between', async () => {
    await client.validate('good');
    keystone.dropConnections();
    expect(await client.validate('good')).not.toBeNull();
  });

  it.each([500, 503, 403, 429, 300])('is unavailable, not invalid, when a check answers %d', async (status) => {
    keystone.checkStatuses.push(status);
    await expect(client.validate('good')).rejects.toBeInstanceOf(ServiceUnavailableError);
  });

  it.each([401, 403, 500])('is unavailable when its login answers %d', async (status) => {
    keystone.loginStatuses.push(status);
    await expect(client.validate('good')).rejects.toBeInstanceOf(ServiceUnavailableError);
    expect(await client.validate('good')).not.toBeNull();
  });

  it('is unavailable when Keystone takes too long', async () => {
    keystone.hang = true;
    await expect(client.validate('good')).rejects.toBeInstanceOf(ServiceUnavailableError);
  });

  it('is unavailable when nothing listens, and tells the tenant no address', async () => {
    await keystone.stop();
    const error: unknown = await client.validate('good').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceUnavailableError);
    expect((error as ServiceUnavailableError).detail).not.toContain('127.0.0.1');
    keystone = new ScriptedKeystone();
    await keystone.start();
  });
});

describe('credentials', () => {
  it.each([
    ['http://k:5000', 'http://k:5000/v3'],
    ['http://k/identity/', 'http://k/identity/v3'],
    ['http://k/identity/v3/', 'http://k/identity/v3'],
    ['http://k:5000/v2.0', 'http://k:5000/v3'],
  ])('v3Url(%s) is %s', (authUrl, expected) => expect(v3Url(authUrl)).toBe(expected));

  it('names what is missing', () => {
    const { keystone_authtoken } = makeConfig({ keystone_authtoken: { auth_url: 'http://k', password: 'x' } });
    expect(() => credentialsFrom(keystone_authtoken)).toThrow(
      '[keystone_authtoken] needs username, project_name to log in to Keystone',
    );
  });

  it('prefers the id of a domain to its name', () => {
    const credentials = credentialsFrom(
      options({ user_domain_name: 'Users', project_domain_id: 'd1', project_domain_name: 'x' }),
    );
    expect([credentials.userDomain, credentials.project.domain]).toEqual([{ name: 'Users' }, { id: 'd1' }]);
  });
});

describe('KeystoneClient on projects', () => {
  it('lists them, and tells whether there is one', async () => {
    expect([...(await client.listProjects())]).toEqual(['p1', 'p2']);
    expect([await client.hasProject('p 1'), await client.hasProject('gone')]).toEqual([true, false]);
    expect(keystone.asked).toEqual(['/v3/projects', '/v3/projects/p%201', '/v3/projects/gone']);
  });

  it.each(['', '.', '..'])('does not ask for what would be another path: %j', async (id) => {
    expect(await client.hasProject(id)).toBe(false);
    expect(keystone.asked).toEqual([]);
  });

  it('says which role it needs when it may not know', async () => {
    keystone.projectsStatus = 403;
    const detail = expect.stringContaining('user zun of [keystone_authtoken] needs the role admin') as string;
    const refused = { errorClass: 'conflict', detail };
    await expect(client.listProjects()).rejects.toMatchObject(refused);
    await expect(client.hasProject('gone')).rejects.toMatchObject(refused);
  });

  it.each([500, 503, 401, 400, 302])('never takes an answer of %d for a project that is gone', async (status) => {
    keystone.projectsStatus = status;
    await expect(client.hasProject('gone')).rejects.toThrow(ServiceUnavailableError);
    await expect(client.listProjects()).rejects.toThrow(ServiceUnavailableError);
  });

  it('takes a 404 that is not Keystone’s own for no answer', async () => {
    keystone.projectsText = '<html>not found</html>';
    await expect(client.hasProject('gone')).rejects.toThrow(ServiceUnavailableError);
  });
});
