import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manageUsers } from '../../tools/lib/users.mjs';
import { ApiClient, type Answer } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { engineContainers } from '../lib/engine.js';
import { eventually } from '../lib/eventually.js';
import { keystoneFor, newAccount, type Keystone } from '../lib/keystone.js';

interface Leftover {
  readonly project_id: string;
  readonly purge_requested_at: string | null;
  readonly [kind: string]: unknown;
}

const codeOf = ({ body }: Answer): string | undefined => (body as { errors?: { code: string }[] } | undefined)?.errors?.[0]?.code;

/** A container that runs, a paused one, and one of everything else that a member may make. @returns the project's id */
async function furnish(member: ApiClient): Promise<string> {
  await member.call('POST', '/registries', { registry: { name: 'mine', domain: 'mine.example' } });
  const command = PATIENT;
  const mounts = [{ source: 'data', destination: '/data' }];
  const running = await member.run({ name: 'running', image: 'busybox', command, mounts });
  const paused = await member.run({ name: 'paused', image: 'busybox', command });
  await member.reaches(running.uuid, 'Running');
  await member.reaches(paused.uuid, 'Running');
  await member.call('POST', `/containers/${paused.uuid}/pause`);
  await member.reaches(paused.uuid, 'Paused');
  return running.project_id;
}

async function leftoversOf(admin: ApiClient): Promise<Leftover[]> {
  return (await admin.call<{ leftovers: Leftover[] }>('GET', '/leftovers')).leftovers;
}

const isGone = (admin: ApiClient, project: string): Promise<unknown> =>
  eventually(
    async () => (await leftoversOf(admin)).some(({ project_id: id }) => id === project),
    (isLeft) => !isLeft,
    { describe: `nothing is left of ${project}`, timeoutMs: 60_000 },
  );

const FURNISHED = { containers: 2, registries: 1, images: 0, networks: 0, volumes: 1, quotas: 1, usages: 1 };

describe('what a deleted project leaves behind', () => {
  let service: EmbeddedService;
  let admin: ApiClient;
  let demo: ApiClient;
  let project: string;
  /** Containers of that project. */
  let theirs: string[];

  beforeAll(async () => {
    service = await startEmbedded();
    [admin, demo] = [await service.client('admin'), await service.client('demo')];
    const other = await service.client('other');
    project = await furnish(other);
    theirs = (await other.containers()).map(({ uuid }) => uuid);
    await admin.call('PUT', `/quotas/${project}`, { containers: 10 });
  });
  afterAll(async () => {
    await demo?.deleteAll();
    await service?.purge();
  });

  it('is nothing while the project is there, and nobody purges that', async () => {
    expect(await leftoversOf(admin)).toEqual([]);
    const answer = await admin.request('DELETE', `/leftovers/${project}`);
    expect([answer.status, codeOf(answer)]).toEqual([409, 'container.project-exists']);
    expect((await demo.request('GET', '/leftovers')).status).toBe(403);
    expect((await demo.request('DELETE', `/leftovers/${project}`)).status).toBe(403);
  });

  it('is listed with its counts once the last of its users is removed', async () => {
    await manageUsers(service.configuration, ['remove', 'other'], () => undefined);
    const found = await eventually(
      () => leftoversOf(admin),
      (all) => all.length > 0,
      { describe: 'the project is gone', timeoutMs: 5_000 },
    );
    expect(found).toEqual([{ project_id: project, ...FURNISHED, purge_requested_at: null }]);
  });

  it('is purged, also when the service is killed right after it said so; and what others have stays', async () => {
    const kept = await demo.run({ name: 'kept', image: 'busybox', command: PATIENT });
    await demo.reaches(kept.uuid, 'Running');
    const answer = await admin.request<Leftover>('DELETE', `/leftovers/${project}`);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      project_id: project,
      purge_requested_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
    await service.kill();
    await service.start();
    expect([202, 404]).toContain((await admin.request('DELETE', `/leftovers/${project}`)).status);
    await isGone(admin, project);
    expect((await admin.request('DELETE', `/leftovers/${project}`)).status).toBe(404);
    await demo.reaches(kept.uuid, 'Running');
    const names = (await engineContainers(service.engine)).flatMap(({ Names }) => Names);
    const isThere = (uuid: string): boolean => names.some((name) => name.includes(uuid));
    expect([kept.uuid, ...theirs].map(isThere)).toEqual([true, false, false]);
  });

  it('of no project that ever was is 404', async () => {
    for (const id of ['nobody', '..%2F', 'a'.repeat(300)]) {
      expect((await admin.request('DELETE', `/leftovers/${id}`)).status).toBe(404);
    }
  });
});

describe('with Keystone', () => {
  let cluster: TestCluster;
  let admin: ApiClient;
  let keystone: Keystone;

  beforeAll(async () => {
    cluster = await testCluster();
    admin = await cluster.client('admin');
    keystone = await keystoneFor(cluster.credentials('admin'));
  });
  afterAll(() => cluster?.leave());

  it('a project that Keystone has deleted is purged by its id; one that is only disabled is none of that', async () => {
    const { credentials, projectId } = await newAccount(keystone, cluster.authUrl, 'member');
    expect(await furnish(await ApiClient.logIn(credentials))).toBe(projectId);
    await admin.call('PUT', `/quotas/${projectId}`, { containers: 10 });

    await keystone('PATCH', `/projects/${projectId}`, { project: { enabled: false } });
    expect(await leftoversOf(admin)).toEqual([]);
    expect((await admin.request('DELETE', `/leftovers/${projectId}`)).status).toBe(409);

    await keystone('DELETE', `/projects/${projectId}`);
    expect(await leftoversOf(admin)).toEqual([{ project_id: projectId, ...FURNISHED, purge_requested_at: null }]);
    expect((await admin.request('DELETE', `/leftovers/${projectId}`)).status).toBe(202);
    await isGone(admin, projectId);
    expect(await engineContainers(cluster.engine)).toEqual([]);
  });
});
