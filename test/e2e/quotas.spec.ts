import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient, Answer } from '../lib/api-client.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

const DEFAULTS = { containers: 40, memory: 4096, cpu: 20, disk: 100 };
const CREATES = 100;

let service: EmbeddedService;
let demo: ApiClient;
let admin: ApiClient;
let project: string;

beforeAll(async () => {
  service = await startEmbedded({ settings: { quota: DEFAULTS } });
  [demo, admin] = [await service.client('demo'), await service.client('admin')];
  const { uuid, project_id } = await demo.create(CONTAINER);
  project = project_id;
  await demo.reaches(uuid, 'Created');
  await demo.deleteAll();
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

const CONTAINER = { image: 'busybox', command: ['true'], memory: '16', cpu: 0.1 };

const codeOf = ({ body }: Answer): string => (body as { errors: { code: string }[] }).errors[0]!.code;

/** Only what the tests of this file have set. */
beforeEach(async () => {
  await admin.call('DELETE', `/quotas/${project}`);
  await admin.call('PUT', '/quota_classes/default', DEFAULTS);
});

describe('limits in force', () => {
  it('are the operator’s, then those of the class default, then the project’s own', async () => {
    expect(await demo.call('GET', `/quotas/${project}`)).toEqual(DEFAULTS);
    expect(await admin.call('PUT', '/quota_classes/default', { cpu: '7', disk: -1 })).toEqual({ ...DEFAULTS, cpu: 7, disk: -1 });
    expect(await demo.call('GET', `/quotas/${project}`)).toEqual({ ...DEFAULTS, cpu: 7, disk: -1 });
    expect(await admin.call('PUT', `/quotas/${project}`, { cpu: 3, memory: '-1' })).toMatchObject({ cpu: 3, memory: -1 });
    expect(await demo.call('GET', `/quotas/${project}`)).toEqual({ containers: 40, memory: -1, cpu: 3, disk: -1 });
    expect(await demo.call('GET', `/quotas/${project}/defaults`)).toEqual({ ...DEFAULTS, cpu: 7, disk: -1 });
    expect(await admin.call('DELETE', `/quotas/${project}`)).toBeNull();
    expect(await demo.call('GET', `/quotas/${project}`)).toEqual({ ...DEFAULTS, cpu: 7, disk: -1 });
  });

  it('of a class that nobody has set are the operator’s', async () => {
    await admin.call('PUT', '/quota_classes/default', { cpu: 7 });
    expect(await admin.call('GET', '/quota_classes/gold')).toEqual(DEFAULTS);
    expect(await admin.call('PUT', '/quota_classes/gold?cpu=9')).toEqual({ ...DEFAULTS, cpu: 9 });
    expect(await admin.call('GET', '/quota_classes/gold')).toEqual({ ...DEFAULTS, cpu: 9 });
    expect(await admin.call('GET', '/quotas/of-nobody/defaults')).toEqual({ ...DEFAULTS, cpu: 7 });
  });

  it('stay as they are when a change names none', async () => {
    expect(await admin.call('PUT', `/quotas/${project}`, {})).toEqual(DEFAULTS);
  });

  it('are shown to their project and administrators only', async () => {
    const other = await service.client('other');
    for (const path of [`/quotas/${project}`, `/quotas/${project}/defaults`, '/quotas/nowhere']) {
      const answer = await other.request('GET', path);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'container.policy-not-authorized']);
      expect((await admin.request('GET', path)).status).toBe(200);
    }
  });

  it('cannot be set for a project whose name no database holds', async () => {
    for (const name of ['x'.repeat(300), 'nul%00']) {
      const answer = await admin.request('PUT', `/quotas/${name}`, { body: { cpu: 1 } });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'container.schema-validation-error']);
      expect(answer.text).toContain('project');
    }
  });
});

describe('usages', () => {
  it('are zero as Zun writes it where there is nothing', async () => {
    const answer = await admin.request('GET', '/quotas/nowhere?usages=False');
    expect(answer.text).toBe(
      '{"containers":{"limit":40,"in_use":0.0},"memory":{"limit":4096,"in_use":0.0},' +
        '"cpu":{"limit":20,"in_use":0.0},"disk":{"limit":100,"in_use":0.0}}',
    );
    expect(await admin.call('GET', '/quotas/nowhere?usages=')).toEqual(DEFAULTS);
  });

  it('count what there is, and no longer what is gone', async () => {
    const { uuid } = await demo.create(CONTAINER);
    await demo.reaches(uuid, 'Created');
    expect(await demo.call('GET', `/quotas/${project}?usages=true`)).toMatchObject({
      containers: { limit: 40, in_use: 1 },
      memory: { limit: 4096, in_use: 16 },
      cpu: { limit: 20, in_use: 0.1 },
    });
    await demo.deleteAll();
    expect(await demo.call('GET', `/quotas/${project}?usages=true`)).toMatchObject({ containers: { limit: 40, in_use: 0 } });
  });
});

describe('a limit that was set', () => {
  it.each([
    ['containers', 0],
    ['memory', 15],
    ['cpu', 0],
  ])('on %s refuses what passes it, naming it', async (name, limit) => {
    await admin.call('PUT', `/quotas/${project}`, { [name]: limit });
    const answer = await demo.request('POST', '/containers', { body: CONTAINER });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'container.over-quota']);
    expect(answer.text).toContain(name);
  });

  it('holds for changes of a container, too', async () => {
    const { uuid } = await demo.create(CONTAINER);
    await demo.reaches(uuid, 'Created');
    await admin.call('PUT', `/quotas/${project}`, { memory: 32 });
    const over = await demo.request('PATCH', `/containers/${uuid}`, { body: { memory: '33' } });
    expect([over.status, codeOf(over)]).toEqual([403, 'container.over-quota']);
    expect((await demo.request('PATCH', `/containers/${uuid}`, { body: { memory: '32' } })).status).toBe(200);
    await demo.deleteAll();
  });

  it(`is not passed by ${CREATES} creates at once, while it is lowered`, async () => {
    await admin.call('PUT', `/quotas/${project}`, { containers: 8 });
    let lowered = false;
    let acceptedAfter = 0;
    const creates = Array.from({ length: CREATES }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 5));
      const isAfter = lowered;
      const { status } = await demo.request('POST', '/containers', { body: CONTAINER });
      if (status === 202 && isAfter) acceptedAfter += 1;
      return status;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await admin.call('PUT', `/quotas/${project}`, { containers: 3 });
    lowered = true;
    const statuses = await Promise.all(creates);
    const accepted = statuses.filter((status) => status === 202).length;
    expect(statuses.filter((status) => status === 403).length).toBe(CREATES - accepted);
    expect(accepted).toBeGreaterThanOrEqual(3);
    expect(accepted).toBeLessThanOrEqual(8);
    expect(acceptedAfter).toBeLessThanOrEqual(3);
    expect(await demo.call('GET', `/quotas/${project}?usages=1`)).toMatchObject({ containers: { in_use: accepted } });
    await demo.deleteAll(60_000);
  });
});

describe('with the driver that knows no quota', () => {
  it('nothing has a limit, whatever was set', async () => {
    const free = await startEmbedded({ settings: { quota: { driver: 'zun.common.quota.NoopQuotaDriver', containers: 0 } } });
    try {
      const [owner, operator] = [await free.client('demo'), await free.client('admin')];
      const all = { containers: -1, memory: -1, cpu: -1, disk: -1 };
      expect(await operator.call('PUT', '/quota_classes/default', { containers: 0 })).toEqual(all);
      const { project_id, uuid } = await owner.create(CONTAINER);
      expect(await operator.call('PUT', `/quotas/${project_id}`, { containers: 0 })).toEqual(all);
      expect(await owner.call('GET', `/quotas/${project_id}?usages=x`)).toMatchObject({ containers: { limit: -1, in_use: 1 } });
      await owner.reaches(uuid, 'Created');
      await owner.deleteAll();
    } finally {
      await free.purge();
    }
  });
});
