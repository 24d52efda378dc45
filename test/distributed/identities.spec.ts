import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestField } from '@zun/api-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, type Answer, type ContainerView } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { eventually } from '../lib/eventually.js';
import { dropDomain, keystoneFor, newAccount, newDomain, type Keystone } from '../lib/keystone.js';
import { isKnown, LIMIT_SETTINGS, OPERATIONS, requestOf, sampleOf, subjectOf, type Targets } from '../lib/operations.js';

/**
 * Who asks. With the default policy an administrator is whoever has the role admin, in a project of whatever domain; an operator's policy
 * file may leave it to one domain.
 */
const IDENTITIES = ['a tenant', 'another tenant', 'a reader', 'an admin', 'an admin of another domain'] as const;
type Identity = (typeof IDENTITIES)[number];

/** `network:*` name the role themselves, as in Zun. */
const NARROWED = `
context_is_admin: role:admin and project_domain_id:default
network:create: rule:context_is_admin
network:delete: rule:context_is_admin
network:attach_external_network: rule:context_is_admin
`;

const POLICIES = {
  'the default policy': { text: '', admins: ['an admin', 'an admin of another domain'] },
  'a policy for one domain': { text: NARROWED, admins: ['an admin'] },
} as const satisfies Record<string, { text: string; admins: readonly Identity[] }>;

/** Of the same project as the tenant whose things these tests are about. */
const OWN: readonly Identity[] = ['a tenant', 'a reader'];

/** Fields of requests with a policy rule of their own; nobody at all has a privileged container by default. */
const GUARDED: Readonly<Record<string, { value: unknown; isForAdmins: boolean }>> = {
  runtime: { value: 'runc', isForAdmins: true },
  image_pull_policy: { value: 'never', isForAdmins: true },
  host: { value: 'host-1', isForAdmins: true },
  privileged: { value: true, isForAdmins: false },
};

const UPDATES: Readonly<Record<string, unknown>> = { name: 'owned', cpu: 0.1, memory: '64', auto_heal: false };

const FORBIDDEN = '403 container.policy-not-authorized';

let folder: string;
let policyFile: string;
let cluster: TestCluster;
let keystone: Keystone;
let domain: string;
const clients = {} as Record<Identity, ApiClient>;
let owned: ContainerView;
let requestId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zun-policy-'));
  policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, '');
  cluster = await testCluster({ settings: { DEFAULT: LIMIT_SETTINGS, oslo_policy: { policy_file: policyFile } } });
  keystone = await keystoneFor(cluster.credentials('admin'));
  domain = await newDomain(keystone);
  const foreign = await newAccount(keystone, cluster.authUrl, 'admin', domain);
  clients['a tenant'] = await cluster.client('demo');
  clients['another tenant'] = await cluster.client('other');
  clients['a reader'] = await cluster.client('reader');
  clients['an admin'] = await cluster.client('admin');
  clients['an admin of another domain'] = await ApiClient.logIn(foreign.credentials);
  const made = await clients['a tenant'].request<ContainerView>('POST', '/containers?run=true', {
    body: { name: 'owned', image: 'busybox', command: PATIENT },
  });
  requestId = made.headers.get('x-openstack-request-id')!;
  owned = await clients['a tenant'].reaches(made.body.uuid, 'Running');
});

afterAll(async () => {
  if (domain) await dropDomain(keystone, domain);
  await cluster?.leave();
  rmSync(folder, { recursive: true, force: true });
});

const outcomeOf = ({ status, body }: Answer): string => {
  const code = (body as { errors?: { code: string }[] } | undefined)?.errors?.[0]?.code;
  return code === undefined ? `${status}` : `${status} ${code}`;
};

/** What somebody is told who is let through: anything but that they may not, or that there is no such thing. */
const isLetThrough = (outcome: string, subject: string | null): boolean =>
  outcome !== FORBIDDEN && !outcome.startsWith('401') && outcome !== `404 container.${subject}-not-found`;

/** A container and a registry of the tenant's that may be lost. */
async function newTargets(): Promise<Targets> {
  const tenant = clients['a tenant'];
  const { uuid } = await tenant.run({ image: 'busybox', command: PATIENT });
  await tenant.reaches(uuid, 'Running');
  const { registry } = await tenant.call<{ registry: { uuid: string } }>('POST', '/registries', {
    registry: { domain: 'a.example' },
  });
  return { container: uuid, requestId, host: 'host-1', project: owned.project_id, registry: registry.uuid };
}

describe.each(Object.entries(POLICIES))('with %s', (_policy, { text, admins }) => {
  const isAdmin = (who: Identity): boolean => (admins as readonly Identity[]).includes(who);
  let targets: Record<Identity, Targets>;

  beforeAll(async () => {
    writeFileSync(policyFile, text);
    const foreign = clients['an admin of another domain'];
    // Each copy of the API reads the file again by itself.
    for (let inARow = 0; inARow < 4; inARow += 1) {
      await eventually(
        async () => (await foreign.request('GET', '/hosts')).status,
        (status) => status === (isAdmin('an admin of another domain') ? 200 : 403),
        { describe: 'the policy is in force', timeoutMs: 10_000 },
      );
    }
    const all = await Promise.all(IDENTITIES.map(async (who) => [who, await newTargets()] as const));
    targets = Object.fromEntries(all) as Record<Identity, Targets>;
  });

  /** Deletions last: each identity has one container and one registry. */
  const operations = OPERATIONS.filter(isKnown).sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));

  describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (_id, operation) => {
    const { audience, access, tenantAnswer } = sampleOf(operation);
    const refusal = tenantAnswer ? `${tenantAnswer.status} ${tenantAnswer.code}` : FORBIDDEN;
    const subject = subjectOf(operation);

    it.each(IDENTITIES)('%s', async (who) => {
      const { version, method, path, body } = requestOf(operation, { ...targets[who], ...loggedContainer(operation.path) });
      const outcome = outcomeOf(await clients[who].request(method, path, { body, ...(version && { version }) }));
      if (isAdmin(who)) expect(isLetThrough(outcome, subject), outcome).toBe(true);
      else if (audience === 'admin') expect(outcome).toBe(refusal);
      else if (subject !== null && !OWN.includes(who)) expect(outcome).toBe(`404 container.${subject}-not-found`);
      else if (operation.target === 'project' && !OWN.includes(who)) expect(outcome).toBe(FORBIDDEN);
      else if (who === 'a reader' && access === 'write') expect(outcome).toBe(FORBIDDEN);
      else expect(isLetThrough(outcome, subject), outcome).toBe(true);
    });
  });

  it.each(IDENTITIES)('fields of a container that are for administrators, seen by %s', async (who) => {
    const client = clients[who];
    const shown = isAdmin(who) ? ['host', 'image_pull_policy', 'privileged', 'runtime'] : [];
    const secret = (seen: object): string[] =>
      Object.keys(seen)
        .filter((key) => ['host', 'image_pull_policy', 'privileged', 'runtime'].includes(key))
        .sort();
    const one = await client.request<ContainerView>('GET', `/containers/${owned.uuid}`);
    if (isAdmin(who) || OWN.includes(who)) expect(secret(one.body)).toEqual(shown);
    else expect(one.status).toBe(404);
    const all = isAdmin(who) ? await client.containers('?all_projects=true') : await client.containers();
    const listed = all.find(({ uuid }) => uuid === owned.uuid);
    expect(listed && secret(listed)).toEqual(isAdmin(who) || OWN.includes(who) ? shown : undefined);
  });

  it.each(IDENTITIES)('lists of all projects, and by host, asked for by %s', async (who) => {
    for (const query of ['?all_projects=true', '?host=host-1']) {
      expect((await clients[who].request('GET', `/containers${query}`)).status).toBe(isAdmin(who) ? 200 : 403);
    }
  });

  describe.each(Object.entries(GUARDED))('a new container with %s', (field, { value, isForAdmins }) => {
    it.each(IDENTITIES)('asked for by %s', async (who) => {
      const answer = await clients[who].request('POST', '/containers', { body: { image: 'busybox', [field]: value } });
      const may = isForAdmins && isAdmin(who);
      expect(outcomeOf(answer)).toBe(may ? '202' : FORBIDDEN);
    });
  });

  describe.each(Object.entries(UPDATES))('an update of %s', (field, value) => {
    it.each(IDENTITIES)('asked for by %s', async (who) => {
      const outcome = outcomeOf(await clients[who].request('PATCH', `/containers/${owned.uuid}`, { body: { [field]: value } }));
      if (isAdmin(who) || who === 'a tenant') expect(outcome).toBe('200');
      else expect(outcome).toBe(who === 'a reader' ? FORBIDDEN : '404 container.container-not-found');
    });
  });
});

describe('these tests know', () => {
  const fieldsOf = (id: string): [string, RequestField][] => {
    const { body, params } = OPERATIONS.find((operation) => operation.id === id)!;
    return Object.entries({ ...params?.fields, ...body?.fields });
  };

  it('every field of a request that has a rule of its own', () => {
    const guarded = OPERATIONS.flatMap(({ id }) =>
      fieldsOf(id).flatMap(([name, { policy }]) => (policy ? [`${id} ${name}`] : [])),
    );
    expect(guarded.sort()).toEqual(
      Object.keys(GUARDED)
        .map((name) => `createContainer ${name}`)
        .sort(),
    );
  });

  it('every field of an update', () => {
    expect(fieldsOf('updateContainer').map(([name]) => name)).toEqual(Object.keys(UPDATES));
  });
});

/** The log of actions belongs to the container that was made by that request. */
function loggedContainer(path: string): Partial<Targets> {
  return path.includes(':request_id') ? { container: owned.uuid } : {};
}
