import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type ContainerSpec, type HostInventory, type RequestContext } from '@zun/domain';
import {
  Acceptance,
  ActionLogStore,
  checkSchema,
  ContainerStore,
  createDataSource,
  Database,
  ENTITIES,
  EventStore,
  HostStore,
  NetworkStore,
  ImageStore,
  LeftoverStore,
  QuotaStore,
  RegistryStore,
  SchemaVersionError,
  SecretBox,
  Settlement,
  toActionEntry,
  toContainerRecord,
  toImageWish,
  upgradeSchema,
  type ComputeNodeRow,
  type DatabaseLocation,
  type ImageRow,
  type NewContainer,
  type PendingWork,
} from '@zun/persistence';
import { makeSpec } from '@zun/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const context: RequestContext = {
  requestId: 'req-1',
  userId: 'u',
  projectId: 'p',
  roles: ['member'],
  userDomainId: 'default',
  projectDomainId: 'default',
  userName: 'u',
  projectName: 'p',
};

const inventory = (hostname: string, cpu: number): HostInventory => ({
  hostname,
  cpus: 4,
  memTotalMib: 4096,
  memAvailableMib: 4096,
  diskTotalGib: 10,
  diskQuotaSupported: false,
  totalContainers: 0,
  architecture: 'x86_64',
  osType: 'linux',
  os: 'Debian',
  kernelVersion: '6',
  labels: {},
  runtimes: ['runc'],
  enableCpuPinning: false,
  limits: { cpu, memoryMib: 4096, diskGib: 10 },
});

let serial = 0;
function nextSpec(overrides: Partial<ContainerSpec>): ContainerSpec {
  serial += 1;
  const uuid = `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`;
  return makeSpec({ uuid, name: `c${serial}`, projectId: 'p', userId: 'u', cpu: 0.1, memoryMib: 64, ...overrides });
}

/** The uuid of an image in Glance. */
const OF_GLANCE = '0b1f3c0e-5a50-4b6e-9d0c-0f5a3f7f1a11';

const unlimited = { containers: -1, cpu: -1, memoryMib: -1, diskGib: -1 };

function locations(): [name: string, location: DatabaseLocation][] {
  const directory = mkdtempSync(join(tmpdir(), 'zun-persistence-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const found: [string, DatabaseLocation][] = [['SQLite', { kind: 'sqlite', path: join(directory, 'zun.sqlite') }]];
  const socketPath = process.env.ZUN_TEST_MARIADB_SOCKET;
  if (socketPath) {
    const user = process.env.ZUN_TEST_MARIADB_USER ?? 'root';
    const password = process.env.ZUN_TEST_MARIADB_PASSWORD ?? '';
    found.push(['MariaDB', { kind: 'mysql', host: '', port: 0, socketPath, user, password, database: 'zun_persistence_test' }]);
  }
  return found;
}

describe.each(locations())('persistence on %s', (_name, location) => {
  let writer: DataSource;
  let reader: DataSource;
  let db: Database;
  let acceptance: Acceptance;
  let settlement: Settlement;
  let containers: ContainerStore;
  let actions: ActionLogStore;
  let hosts: HostStore;

  beforeAll(async () => {
    if (location.kind === 'mysql') {
      const admin = await createDataSource({ ...location, database: 'mysql' }).initialize();
      await admin.query(`DROP DATABASE IF EXISTS ${location.database}`);
      await admin.query(`CREATE DATABASE ${location.database}`);
      await admin.destroy();
    }
    writer = await createDataSource(location).initialize();
    await expect(checkSchema(writer)).rejects.toThrow(SchemaVersionError);
    await upgradeSchema(writer);
    await checkSchema(writer);
    reader = location.kind === 'sqlite' ? await createDataSource(location).initialize() : writer;
    db = new Database(writer, reader);
    acceptance = new Acceptance(db, systemClock);
    settlement = new Settlement(db, systemClock);
    containers = new ContainerStore(db);
    actions = new ActionLogStore(db, systemClock);
    hosts = new HostStore(db, systemClock);
  });

  beforeEach(async () => {
    await db.transaction(async (tx) => {
      for (const { table } of tableNames()) await tx.execute(`DELETE FROM ${table}`);
    });
  });

  afterAll(async () => {
    if (reader !== writer) await reader.destroy();
    await writer.destroy();
  });

  const tableNames = (): { table: string }[] => ENTITIES.map((entity) => ({ table: writer.getMetadata(entity).tableName }));

  const report = (hostname: string, cpu: number) =>
    hosts.heartbeat({ host: hostname, engineUp: true, availabilityZone: 'nova', inventory: inventory(hostname, cpu) });

  async function create(
    overrides: Partial<ContainerSpec> = {},
    limits = unlimited,
    more: Partial<Pick<NewContainer, 'registryId' | 'nameScope'>> = {},
  ) {
    const spec = nextSpec(overrides);
    const amounts = { containers: 1, cpu: spec.cpu, memoryMib: spec.memoryMib, diskGib: spec.diskGib };
    const placement = { availabilityZone: null, host: null, hints: {} };
    const quota = { counted: amounts, used: amounts, limits };
    const { entry } = await acceptance.create(
      context,
      { spec, registryId: null, placement, run: true, unset: new Set<never>(), ...more },
      quota,
    );
    return { spec, entry };
  }

  async function placed(hostname: string, overrides: Partial<ContainerSpec> = {}) {
    const made = await create(overrides);
    expect(await settlement.claim([{ uuid: made.spec.uuid, hostname }])).toEqual(['placed']);
    return made;
  }

  const claimedOn = async (hostname: string): Promise<Partial<ComputeNodeRow>> => {
    const row = await hosts.byHostname(hostname);
    return { claimed_cpu_micro: row!.claimed_cpu_micro, claimed_memory_mib: row!.claimed_memory_mib };
  };

  const outcome = (
    uuid: string,
    host: string,
    actionId: number,
    failure: string | null,
    version: number,
    leftNothing = false,
  ) => ({
    host,
    actionId,
    containerUuid: uuid,
    failure,
    leftNothing,
    steps: [],
    observation: {
      uuid,
      version,
      state: { status: 'Running' as const, statusDetail: 'Up 0 seconds', statusReason: null },
      startedAt: '2026-01-01T00:00:00Z',
      hostname: 'h',
      command: ['sh'],
      entrypoint: [],
      ports: [],
      runtime: 'runc',
      addresses: {},
    },
  });

  it('has exactly the columns of the entities', async () => {
    const runner = writer.createQueryRunner();
    for (const entity of ENTITIES) {
      const metadata = writer.getMetadata(entity);
      const table = await runner.getTable(metadata.tableName);
      expect(table?.columns.map(({ name, isNullable }) => `${name} ${isNullable}`).sort()).toEqual(
        metadata.columns.map(({ databaseName, isNullable }) => `${databaseName} ${isNullable}`).sort(),
      );
    }
    await runner.release();
  });

  it('lets 20 of 50 racing claims have a host with room for 20, and its books add up', async () => {
    await report('a', 2);
    const made = await Promise.all(Array.from({ length: 50 }, () => create()));
    const verdicts = await Promise.all(made.map(({ spec }) => settlement.claim([{ uuid: spec.uuid, hostname: 'a' }])));
    expect(verdicts.flat().filter((verdict) => verdict === 'placed')).toHaveLength(20);
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 2_000_000, claimed_memory_mib: 20 * 64 });
  });

  it('never passes a quota under racing creates', async () => {
    const limits = { ...unlimited, containers: 10 };
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => create({}, limits)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    const refused = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'over-quota', detail: expect.stringContaining('containers') as string });
  });

  it('never passes a quota that is lowered while creates race', async () => {
    const quotas = new QuotaStore(db);
    await quotas.setLimits('p', { containers: 12 });
    const defaults = { ...unlimited, containers: 40 };
    let usedWhenLowered = Infinity;
    const creates = Array.from({ length: 40 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index));
      return create({}, defaults);
    });
    const lowering = (async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await quotas.setLimits('p', { containers: 3 });
      usedWhenLowered = (await quotas.usage('p')).containers;
    })();
    const [results] = await Promise.all([Promise.allSettled(creates), lowering]);
    const accepted = results.filter(({ status }) => status === 'fulfilled').length;
    expect(accepted).toBe(Math.max(3, usedWhenLowered));
    expect(await quotas.usage('p')).toMatchObject({ containers: accepted });
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'over-quota' });
    }
  });

  it('takes the limits of the project, else of the class default, else of the operator', async () => {
    const quotas = new QuotaStore(db);
    const defaults = { ...unlimited, containers: 1, cpu: 4 };
    await quotas.setClassLimits('default', { containers: 2, cpu: -1 });
    expect(await quotas.limits('p', defaults)).toEqual({ ...unlimited, containers: 2 });
    await create({ cpu: 5 }, defaults);
    await quotas.setLimits('p', { cpu: 6 });
    await expect(create({ cpu: 2 }, defaults)).rejects.toMatchObject({ detail: expect.stringContaining('cpu') as string });
    await create({ cpu: 1 }, defaults);
    await expect(create({ cpu: 0 }, defaults)).rejects.toMatchObject({ detail: expect.stringContaining('containers') as string });
    await quotas.resetLimits('p');
    await quotas.setClassLimits('default', { containers: 3 });
    await create({ cpu: 5 }, defaults);
  });

  it('deletes no registry that a container takes at the same time', async () => {
    const registries = new RegistryStore(db, new SecretBox('k'.repeat(32)), systemClock);
    for (let round = 0; round < 10; round++) {
      const { uuid } = await registries.create({ projectId: 'p', userId: 'u', domain: 'd.example', password: 'secret' });
      const [created, deleted] = await Promise.allSettled([create({}, unlimited, { registryId: uuid }), registries.delete(uuid)]);
      expect([created.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected']);
      const taken = await registries.forPull({ registry_id: uuid }, () => undefined);
      expect(taken).toEqual(created.status === 'fulfilled' ? { domain: 'd.example', username: null, password: 'secret' } : null);
    }
  });

  it('deletes no network that a container is to be on at the same time', async () => {
    const networks = new NetworkStore(db, systemClock);
    for (let round = 0; round < 10; round++) {
      const net = { network: `net_${round}` };
      await networks.create({ projectId: 'p', userId: 'u', name: null, neutronNetId: net.network });
      const [created, deleted] = await Promise.allSettled([create({ networks: [net] }), networks.delete(net.network)]);
      expect([created.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected']);
    }
    await networks.create({ projectId: 'q', userId: 'u', name: null, neutronNetId: 'theirs' });
    await expect(create({ networks: [{ network: 'theirs' }] })).rejects.toMatchObject({ code: 'network-not-found' });
    const again = networks.create({ projectId: 'p', userId: 'u', name: null, neutronNetId: 'theirs' });
    await expect(again).rejects.toMatchObject({ code: 'network-already-exists' });
  });

  describe('a container', () => {
    const own = { network: 'zun-p' };
    const act = (uuid: string, action: 'rebuild' | 'network_attach' | 'network_detach' | 'start', params = {}) =>
      acceptance.act(context, uuid, [{ action, params }]);
    const stored = async (uuid: string) => toContainerRecord((await containers.findByUuid(uuid))!);

    async function running(overrides: Partial<ContainerSpec> = {}): Promise<string> {
      const { spec, entry } = await placed('a', overrides);
      await settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
      return spec.uuid;
    }
    const end = (uuid: string, { actions }: PendingWork, failure: string | null, more = {}): Promise<boolean> =>
      settlement.finish({
        ...outcome(uuid, 'a', Number(actions.at(-1)!.id), failure, 100 + Number(actions.at(-1)!.id)),
        ...more,
      });

    beforeEach(() => report('a', 2));

    it('is rebuilt from its new image, with what its tenant wanted of it and not what the old image ran', async () => {
      const uuid = await running({ command: null });
      expect((await containers.findByUuid(uuid))!.command).toBe('["sh"]');
      const work = await act(uuid, 'rebuild', { image: { image: 'web:2', imageDriver: 'docker' } });
      expect(toContainerRecord(work.container)).toMatchObject({ image: 'web:2', command: null });
      expect(toActionEntry(work.actions[0]!).params).toMatchObject({ run: true, replacedImage: { image: 'busybox' } });
      expect(await stored(uuid)).toMatchObject({ status: 'Rebuilding', taskState: 'container_rebuilding', image: 'web:2' });
      await expect(act(uuid, 'rebuild')).rejects.toMatchObject({ code: 'invalid-state-exception' });
      expect(await end(uuid, work, null)).toBe(true);
      expect(await stored(uuid)).toMatchObject({ status: 'Running', taskState: null, image: 'web:2' });
    });

    it('is said to be what it was when its rebuild could not begin, and in error when it broke off', async () => {
      const uuid = await running();
      const image = { image: 'none:1', imageDriver: 'docker' };
      await end(uuid, await act(uuid, 'rebuild', { image }), 'no such image', { leftAsItWas: true });
      expect(await stored(uuid)).toMatchObject({ status: 'Running', statusReason: 'no such image', image: 'busybox' });
      await end(uuid, await act(uuid, 'rebuild', { image }), 'cannot start');
      expect(await stored(uuid)).toMatchObject({ status: 'Error', statusReason: 'cannot start', image: 'none:1' });
    });

    it('is not rebuilt while its resources change', async () => {
      const uuid = await running();
      const { work } = await acceptance.update(context, uuid, { cpu: 0.2, limits: unlimited });
      await expect(act(uuid, 'rebuild')).rejects.toMatchObject({ errorClass: 'conflict' });
      await end(uuid, work, null);
      expect((await act(uuid, 'rebuild')).container.cpu).toBe(0.2);
    });

    it('that is on no host is placed again to be rebuilt, with a claim or in error', async () => {
      const { spec, entry } = await placed('a');
      await settlement.finish({ ...outcome(spec.uuid, 'a', entry.id, 'no such image', 1, true) });
      expect(await claimedOn('a')).toMatchObject({ claimed_cpu_micro: 0 });
      await act(spec.uuid, 'rebuild');
      expect((await containers.findUnhosted('9', 10)).map(({ uuid }) => uuid)).toEqual([spec.uuid]);
      await settlement.failPlacement(spec.uuid);
      expect(await stored(spec.uuid)).toMatchObject({ status: 'Error', host: null });
      expect(await actions.list(spec.uuid)).toMatchObject([{ action: 'rebuild', message: 'Error' }, { action: 'create' }]);
      const work = await act(spec.uuid, 'rebuild');
      expect(await settlement.claim([{ uuid: spec.uuid, hostname: 'a' }])).toEqual(['placed']);
      expect(await claimedOn('a')).toMatchObject({ claimed_cpu_micro: 100_000 });
      await end(spec.uuid, work, null);
      expect(await stored(spec.uuid)).toMatchObject({ status: 'Running', host: 'a' });
    });

    it('has the networks that were attached and not detached; a failure is taken back', async () => {
      await new NetworkStore(db, systemClock).create({ projectId: 'p', userId: 'u', name: null, neutronNetId: 'n2' });
      const uuid = await running();
      const n2 = { network: 'n2', fixedIp: '10.0.0.7' };
      const attach = await act(uuid, 'network_attach', { network: n2 });
      expect(toContainerRecord(attach.container).networks).toEqual([own, n2]);
      await expect(act(uuid, 'network_attach', { network: n2 })).rejects.toMatchObject({ code: 'invalid' });
      await end(uuid, attach, null);
      await end(uuid, await act(uuid, 'network_detach', { network: { network: 'n2' } }), 'no');
      expect((await stored(uuid)).networks).toEqual([own, n2]);
      await end(uuid, await act(uuid, 'network_detach', { network: own }), null);
      expect((await stored(uuid)).networks).toEqual([n2]);
      await expect(act(uuid, 'network_detach', { network: own })).rejects.toMatchObject({ code: 'invalid' });
      await end(uuid, await act(uuid, 'network_attach', { network: own }), 'no');
      expect((await stored(uuid)).networks).toEqual([n2]);
      await expect(act(uuid, 'network_attach', { network: { network: 'n3' } })).rejects.toMatchObject({
        code: 'network-not-found',
      });
    });
  });

  describe('images', () => {
    const wanted = { repo: 'app', tag: '1', host: 'a' };
    const admin = { ...context, requestId: 'req-image' };
    const done = { host: 'a', revision: 1, failure: null, imageId: 'sha256:1', sizeBytes: 10, wasThere: false };
    let images: ImageStore;

    beforeEach(() => {
      images = new ImageStore(db, systemClock);
    });

    it('are wanted once on a host, however many ask at once', async () => {
      const results = await Promise.allSettled(Array.from({ length: 10 }, () => images.want(admin, wanted)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'image-already-exists' });
      }
      await images.want(admin, { ...wanted, host: 'b' });
    });

    it('are handed out until their host reports the end, which counts once and from that host only', async () => {
      const { uuid } = await images.want(admin, wanted);
      expect(await images.pending({ hosts: ['a'], limit: 10 })).toMatchObject([{ uuid }]);
      expect(await images.settle({ ...done, uuid, host: 'b' })).toBe(false);
      expect([await images.settle({ ...done, uuid }), await images.settle({ ...done, uuid })]).toEqual([true, false]);
      expect(await images.pending({ hosts: ['a'], limit: 10 })).toEqual([]);
      expect(await images.find('all', uuid)).toMatchObject({ status: 'Available', image_id: 'sha256:1', size: '10', is_ours: 1 });
    });

    it('that were overtaken by their removal are not brought back by the late end of the pull', async () => {
      const { uuid } = await images.want(admin, wanted);
      await images.unwant(admin, uuid);
      expect(await images.settle({ ...done, uuid })).toBe(false);
      expect(await images.find('all', uuid)).toMatchObject({ status: 'Deleting', is_pending: 1, is_ours: 1 });
      await images.settle({ ...done, uuid, revision: 2, imageId: null });
      await expect(images.find('all', uuid)).rejects.toMatchObject({ code: 'image-not-found' });
    });

    it('that failed may be wanted again; those that cannot be removed stay', async () => {
      const { uuid } = await images.want(admin, wanted);
      await images.settle({ ...done, uuid, failure: 'no such image', imageId: null });
      expect(await images.find('all', uuid)).toMatchObject({ status: 'Error', status_reason: 'no such image', size: null });
      expect(await images.want(admin, wanted)).toMatchObject({ uuid, revision: 2, status: 'Pulling', status_reason: null });
      await images.settle({ ...done, uuid, revision: 2 });
      await images.unwant(admin, uuid);
      await images.settle({ ...done, uuid, revision: 3, failure: 'in use', imageId: null });
      expect(await images.find('all', uuid)).toMatchObject({
        status: 'Available',
        status_reason: 'in use',
        image_id: 'sha256:1',
      });
    });

    it('are seen by their own project', async () => {
      const { uuid } = await images.want(admin, wanted);
      await expect(images.find({ projectId: 'somebody else' }, uuid)).rejects.toMatchObject({ code: 'image-not-found' });
    });

    it('of Glance are there once for each uuid, whatever they are called', async () => {
      await images.want(admin, wanted);
      const first = await images.want(admin, { ...wanted, glanceImage: OF_GLANCE });
      await images.want(admin, { ...wanted, glanceImage: OF_GLANCE.replace('b', 'c') });
      await expect(images.want(admin, { ...wanted, glanceImage: OF_GLANCE })).rejects.toMatchObject({
        code: 'image-already-exists',
      });
      expect(toImageWish(first)).toMatchObject({ kind: 'present', reference: `zun-glance:${OF_GLANCE}`, glanceImage: OF_GLANCE });
      expect(await images.findCommitted('p', 'app', '1')).toBeNull();
    });
  });

  describe('a commit for Glance', () => {
    const commit = { imageUuid: OF_GLANCE, repo: 'app', tag: '1', isForGlance: true };
    const wishes = () => new ImageStore(db, systemClock).pending({ hosts: ['a'], hintedBefore: '', limit: 10 });
    const settled = (revision: number, failure: string | null) =>
      new ImageStore(db, systemClock).settle({
        ...{ host: 'a', uuid: OF_GLANCE, revision, failure },
        ...{ imageId: null, sizeBytes: null, wasThere: true },
      });
    const all = () => db.read<ImageRow>('SELECT * FROM image');
    let uuid: string;
    let actionId: number;

    beforeEach(async () => {
      await report('a', 2);
      const { spec, entry } = await placed('a');
      uuid = spec.uuid;
      await settlement.finish(outcome(uuid, 'a', entry.id, null, 1));
      const work = await acceptance.act(context, uuid, [{ action: 'commit', params: { commit } }]);
      actionId = work.actions.at(-1)!.id;
    });

    it('is a wish of its own once the image is made, and so outlives its action', async () => {
      expect(await wishes()).toEqual([]);
      await settlement.finish({ ...outcome(uuid, 'a', actionId, null, 2), image: { id: 'sha256:1', sizeBytes: 10 } });
      const [wish] = await wishes();
      expect(toImageWish(wish!)).toMatchObject({
        ...{ kind: 'published', revision: 2, glanceImage: OF_GLANCE },
        reference: `zun-committed:${OF_GLANCE}`,
      });
      expect(await new ImageStore(db, systemClock).findCommitted('p', 'app', '1')).toBeNull();
      expect(await settled(2, null)).toBe(true);
      expect(await all()).toEqual([]);
    });

    it('that fails has Glance forget the image', async () => {
      await settlement.finish(outcome(uuid, 'a', actionId, 'no space left', 2));
      expect(await wishes()).toMatchObject([{ uuid: OF_GLANCE, wanted: 'discarded', status: 'Deleting' }]);
    });

    it('whose container goes meanwhile is left to its host to decide', async () => {
      const work = await acceptance.act(context, uuid, [{ action: 'delete', rule: 'delete_force', params: { force: true } }]);
      await settlement.finish(outcome(uuid, 'a', work.actions.at(-1)!.id, null, 3));
      expect(await wishes()).toMatchObject([{ uuid: OF_GLANCE, wanted: 'published' }]);
    });

    it('that Glance does not take shows why, until an administrator has it discarded', async () => {
      await settlement.finish({ ...outcome(uuid, 'a', actionId, null, 2), image: { id: 'sha256:1', sizeBytes: 10 } });
      expect(await settled(2, 'over the quota')).toBe(true);
      expect(await all()).toMatchObject([{ status: 'Error', status_reason: 'over the quota', is_pending: 0 }]);
      await new ImageStore(db, systemClock).unwant(context, OF_GLANCE);
      expect((await all())[0]).toMatchObject({ wanted: 'discarded', is_pending: 1 });
      await settled(3, null);
      expect(await all()).toEqual([]);
    });
  });

  describe('where names must be unique', () => {
    const alreadyExists = { code: 'container-already-exists' };
    const fulfilled = (results: PromiseSettledResult<unknown>[]): number =>
      results.filter((result) => result.status === 'fulfilled').length;

    it.each(['project', 'global'] as const)('gives one of many at once the name (%s)', async (nameScope) => {
      const names = Array.from({ length: 12 }, (_, index) => (index % 2 ? 'web' : 'WEB'));
      const results = await Promise.allSettled(names.map((name) => create({ name }, unlimited, { nameScope })));
      expect(fulfilled(results)).toBe(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(alreadyExists);
      const elsewhere = create({ name: 'Web', projectId: 'q' }, unlimited, { nameScope });
      await (nameScope === 'project' ? elsewhere : expect(elsewhere).rejects.toMatchObject(alreadyExists));
    });

    it('lets one of many at once be renamed to it, and a container keep its own', async () => {
      const made = await Promise.all(Array.from({ length: 6 }, () => create({}, unlimited, { nameScope: 'project' })));
      const rename = ({ spec }: (typeof made)[number]) => acceptance.patch(spec.uuid, { name: 'web' }, 'project');
      const results = await Promise.allSettled(made.map(rename));
      expect(fulfilled(results)).toBe(1);
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      await acceptance.patch(made[winner]!.spec.uuid, { name: 'Web' }, 'project');
      await acceptance.patch(made[winner]!.spec.uuid, { name: 'other' }, 'project');
      await rename(made[(winner + 1) % made.length]!);
    });

    it('counts names that were given before', async () => {
      await create({ name: 'old' });
      await create({ name: 'old' });
      await expect(create({ name: 'OLD' }, unlimited, { nameScope: 'project' })).rejects.toMatchObject(alreadyExists);
      await create({ name: 'OLD', projectId: 'q' }, unlimited, { nameScope: 'project' });
    });
  });

  it('gives claim and quota back when the deletion is told, also when it is told twice', async () => {
    await report('a', 2);
    const { spec } = await placed('a');
    const accepted = await acceptance.act(context, spec.uuid, [{ action: 'delete', rule: 'delete_force', params: {} }]);
    const told = outcome(spec.uuid, 'a', accepted.actions.at(-1)!.id, null, 1);
    expect(await settlement.finish(told)).toBe(true);
    expect(await settlement.finish(told)).toBe(false);
    expect(await containers.findByUuid(spec.uuid)).toBeNull();
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 0, claimed_memory_mib: 0 });
    expect(await db.read('SELECT containers FROM project_usage')).toEqual([{ containers: 0 }]);
    expect(await db.read('SELECT id FROM container_action')).toEqual([]);
  });

  it('ignores reports of a host the container is not placed on, and older ones', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    expect(await settlement.finish(outcome(spec.uuid, 'b', entry.id, null, 5))).toBe(false);
    expect(await settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 5))).toBe(true);
    const stopped = {
      ...outcome(spec.uuid, 'a', 0, null, 4).observation,
      state: { status: 'Stopped' as const, statusDetail: '', statusReason: null },
    };
    await settlement.observe('a', [stopped]);
    expect((await containers.findByUuid(spec.uuid))?.status).toBe('Running');
    await settlement.observe('b', [{ ...stopped, version: 6 }]);
    expect((await containers.findByUuid(spec.uuid))?.status).toBe('Running');
    await settlement.observe('a', [{ ...stopped, version: 6 }]);
    expect((await containers.findByUuid(spec.uuid))?.status).toBe('Stopped');
  });

  it('frees the host of a failed create that left nothing, and lets it be deleted at once', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await settlement.finish({ ...outcome(spec.uuid, 'a', entry.id, 'no such image', 1, true), observation: null });
    expect(await containers.findByUuid(spec.uuid)).toMatchObject({ status: 'Error', status_reason: 'no such image', host: null });
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 0, claimed_memory_mib: 0 });
    const accepted = await acceptance.act(context, spec.uuid, [{ action: 'delete', params: {} }]);
    expect(accepted.actions).toEqual([]);
    expect(await containers.findByUuid(spec.uuid)).toBeNull();
  });

  it('keeps a container Deleting while its create still ends', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await acceptance.act(context, spec.uuid, [{ action: 'delete', rule: 'delete_force', params: { force: true } }]);
    await settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
    expect(await containers.findByUuid(spec.uuid)).toMatchObject({
      status: 'Deleting',
      task_state: 'container_deleting',
      host: 'a',
    });
    expect((await actions.pending({ limit: 10 })).map((work) => work.actions.map(({ action }) => action))).toEqual([['delete']]);
  });

  it('changes limits only when the host has done it', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
    const first = await acceptance.update(context, spec.uuid, { cpu: 1, memoryMib: 128, limits: unlimited });
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 1_000_000, claimed_memory_mib: 128 });
    await settlement.finish({ ...outcome(spec.uuid, 'a', first.entry.id, 'refused', 2) });
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 100_000, claimed_memory_mib: 64 });
    expect(await containers.findByUuid(spec.uuid)).toMatchObject({ cpu: 0.1, memory_mib: 64, status: 'Running' });
    const second = await acceptance.update(context, spec.uuid, { cpu: 1, limits: unlimited });
    await settlement.finish(outcome(spec.uuid, 'a', second.entry.id, null, 3));
    expect(await containers.findByUuid(spec.uuid)).toMatchObject({ cpu: 1, memory_mib: 64 });
    await expect(acceptance.update(context, spec.uuid, { cpu: 3, limits: unlimited })).rejects.toMatchObject({
      errorClass: 'conflict',
    });
  });

  it('holds what is seen while an action is under way until it has ended, in whatever order both come', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    const ended = outcome(spec.uuid, 'a', entry.id, null, 1);
    const gone = { status: 'Stopped' as const, statusDetail: 'Exited(0) 0 seconds ago ', statusReason: null };
    await settlement.observe('a', [{ ...ended.observation, version: 2, state: gone }]);
    expect(await containers.findByUuid(spec.uuid)).toMatchObject({ status: 'Creating' });
    await settlement.finish(ended);
    expect(await containers.findByUuid(spec.uuid)).toMatchObject({ status: 'Stopped', observed_version: 2 });
    await settlement.observe('a', [{ ...ended.observation, version: 3 }]);
    expect(await containers.findByUuid(spec.uuid)).toMatchObject({ status: 'Running', held_observation: null });
  });

  it('keeps claim and quota through changes that overlap, shrink and are cut off by a deletion', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    const memoryUsed = async () => (await db.read<{ memory_mib: number }>('SELECT memory_mib FROM project_usage'))[0]?.memory_mib;
    const held = async () => [(await claimedOn('a')).claimed_memory_mib, await memoryUsed()];
    const change = (memoryMib: number) => acceptance.update(context, spec.uuid, { memoryMib, limits: unlimited });
    await settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
    const [grow, more] = [await change(128), await change(256)];
    expect(await held()).toEqual([256, 256]);
    await settlement.finish(outcome(spec.uuid, 'a', grow.entry.id, null, 2));
    expect(await held()).toEqual([256, 256]);
    await settlement.finish(outcome(spec.uuid, 'a', more.entry.id, 'refused', 3));
    expect(await held()).toEqual([128, 128]);
    const shrink = await change(32);
    expect(await held()).toEqual([128, 128]);
    await settlement.finish(outcome(spec.uuid, 'a', shrink.entry.id, null, 4));
    expect(await held()).toEqual([32, 32]);
    await change(512);
    const { actions: work } = await acceptance.act(context, spec.uuid, [
      { action: 'delete', rule: 'delete_force', params: { force: true } },
    ]);
    await settlement.finish(outcome(spec.uuid, 'a', work.at(-1)!.id, null, 5));
    expect(await held()).toEqual([0, 0]);
  });

  it('hands out all the work of a container, whichever part of it is due', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await acceptance.act(context, spec.uuid, [{ action: 'delete', rule: 'delete_force', params: { force: true } }]);
    const unfinished = async (hintedBefore: string) =>
      (await actions.pending({ hosts: ['a', 'b'], hintedBefore, limit: 10 })).map((work) =>
        work.actions.map(({ action }) => action),
      );
    expect(await unfinished('2000-01-01 00:00:00.000000')).toEqual([]);
    await db.transaction((tx) => tx.execute('UPDATE container_action SET hinted_at = NULL WHERE id = ?', [entry.id]));
    expect(await unfinished('2000-01-01 00:00:00.000000')).toEqual([['create', 'delete']]);
    expect(await actions.pending({ hosts: ['b'], limit: 10 })).toEqual([]);
  });

  it.each([
    ['id', false],
    ['id', true],
    ['name', false],
    ['host', false],
    ['host', true],
    ['memory_mib', true],
  ] as const)('pages by marker over %s (descending: %s) without gaps or repeats', async (sortKey, descending) => {
    await report('a', 2);
    for (let i = 0; i < 7; i++) await (i % 3 ? create({ memoryMib: 64 * (i % 2) }) : placed('a'));
    const query = { scope: { projectId: 'p' }, filters: {}, sortKey, descending };
    const whole = await containers.list({ ...query, limit: 100, marker: null });
    const paged: string[] = [];
    for (let marker: string | null = null; ;) {
      const page = await containers.list({ ...query, limit: 2, marker });
      paged.push(...page.map(({ uuid }) => uuid));
      if (page.length < 2) break;
      marker = page[1]!.uuid;
    }
    expect(paged).toEqual(whole.map(({ uuid }) => uuid));
    expect(paged).toHaveLength(7);
  });

  it('shows a transaction to others only when it is whole', async () => {
    await report('a', 2);
    let seen: unknown[] = [];
    await expect(
      db.transaction(async (tx) => {
        await tx.execute('DELETE FROM compute_node');
        seen = await db.read('SELECT hostname FROM compute_node');
        throw new Error('never mind');
      }),
    ).rejects.toThrow('never mind');
    expect(seen).toHaveLength(1);
    expect(await hosts.byHostname('a')).not.toBeNull();
  });

  describe('events', () => {
    const events = (): EventStore => new EventStore(db, systemClock);
    const bare = (uuid: string): Record<string, string> => {
      return { event: 'changed', uuid, project_id: 'p', user_id: 'u', name: uuid, status: 'Running' };
    };
    async function position(): Promise<number> {
      await events().sequence();
      return (await events().position()).last_seq;
    }

    it('tell of what somebody can see of a container, in order, and of nothing else', async () => {
      const before = await position();
      await report('a', 2);
      const { spec, entry } = await placed('a');
      const { uuid } = spec;
      await settlement.progress(uuid, 'a', null, 'layer 1 of 2');
      const ended = outcome(uuid, 'a', entry.id, null, 5);
      await settlement.finish(ended);
      await settlement.observe('a', [{ ...ended.observation, version: 6 }]);
      await acceptance.patch(uuid, { name: 'renamed' });
      await acceptance.act(context, uuid, [{ action: 'delete', rule: 'delete_stop', params: {} }]);
      const [deletion] = await db.read<{ id: number }>("SELECT id FROM container_action WHERE action = 'delete'");
      await settlement.finish({ ...ended, actionId: Number(deletion!.id) });
      await position();
      const seen = await events().read(before, 100);
      expect(seen.map(({ event, status, host, name }) => [event, status, host, name === 'renamed'])).toEqual([
        ['created', 'Creating', null, false],
        ['changed', 'Creating', 'a', false],
        ['changed', 'Creating', 'a', false],
        ['changed', 'Running', 'a', false],
        ['changed', 'Running', 'a', true],
        ['changed', 'Deleting', 'a', true],
        ['deleted', 'Deleted', 'a', true],
      ]);
      expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7].map((step) => before + step));
    });

    it.skipIf(location.kind === 'sqlite')(
      'of a slow transaction are not missed by who has read those of a quicker one',
      async () => {
        const before = await position();
        let finish = (): void => undefined;
        const held = new Promise<void>((resolve) => (finish = resolve));
        let wrote = (): void => undefined;
        const hasWritten = new Promise<void>((resolve) => (wrote = resolve));
        const slow = db.transaction(async (tx) => {
          await tx.insert('container_event', bare('slow'));
          wrote();
          await held;
        });
        await hasWritten;
        await db.transaction((tx) => tx.insert('container_event', bare('quick')));
        const between = await position();
        expect((await events().read(before, 10)).map(({ uuid }) => uuid)).toEqual(['quick']);
        finish();
        await slow;
        await position();
        const late = await events().read(between, 10);
        expect(late.map(({ uuid }) => uuid)).toEqual(['slow']);
        expect(Number(late[0]!.id)).toBeLessThan(Number((await events().read(before, 1))[0]!.id));
      },
    );

    it('are numbered once, without a gap, however many look for them at once', async () => {
      const before = await position();
      const writing = Array.from({ length: 40 }, (_, n) => db.transaction((tx) => tx.insert('container_event', bare(`w${n}`))));
      await Promise.all([...writing, ...Array.from({ length: 5 }, () => events().sequence())]);
      await position();
      const seen = await events().read(before, 100);
      expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => before + n + 1));
      expect(new Set(seen.map(({ uuid }) => uuid)).size).toBe(40);
    });

    it('are forgotten when they are old, which is noted', async () => {
      await db.transaction((tx) => tx.insert('container_event', bare('old')));
      const last = await position();
      await events().prune(systemClock.now() + 1_000);
      expect(await events().read(0, 10)).toEqual([]);
      expect(await events().position()).toMatchObject({ last_seq: last, pruned_seq: last });
    });

    it('are not there when their change is taken back', async () => {
      const before = await position();
      const taken = db.transaction(async (tx) => {
        await tx.insert('container_event', bare('never'));
        throw new Error('taken back');
      });
      await expect(taken).rejects.toThrow('taken back');
      expect(await position()).toBe(before);
    });
  });

  describe('what projects leave behind', () => {
    const LIMIT = 10;
    const purging = { ...context, userId: 'admin', projectId: 'admin' };
    const deletion = [{ action: 'delete', rule: 'delete_force', params: { force: true } }] as const;
    const later = (ms: number): LeftoverStore => new LeftoverStore(db, { ...systemClock, now: () => systemClock.now() + ms });
    const purge = async () => (await later(0).purges())[0]!;
    const toDelete = async (store = later(0)) => (await store.containersToDelete(await purge(), LIMIT)).map(({ uuid }) => uuid);

    it('is counted by project, with when its purge was asked for', async () => {
      await report('a', 2);
      await create();
      await create();
      await new QuotaStore(db).setLimits('q', { containers: 1 });
      await new NetworkStore(db, systemClock).create({ projectId: 'q', userId: 'u', name: null, neutronNetId: 'net-q' });
      await later(0).requestPurge(purging, 'q');
      const none = { containers: 0, registries: 0, images: 0, networks: 0, volumes: 0, quotas: 0, usages: 0 };
      expect(await later(0).list()).toEqual([
        { projectId: 'p', ...none, containers: 2, usages: 1, purgeRequestedAt: null },
        { projectId: 'q', ...none, networks: 1, quotas: 1, purgeRequestedAt: (await purge()).requested_at },
      ]);
      expect(await later(0).find('nobody')).toBeNull();
    });

    it('goes once no container is left, and the purge with it', async () => {
      await report('a', 2);
      const { spec } = await placed('a');
      await new QuotaStore(db).setLimits('p', { containers: 1 });
      await later(0).requestPurge(purging, 'p');
      expect(await later(0).finishPurge(await purge())).toBe(false);
      expect(await later(0).find('p')).toMatchObject({ containers: 1, quotas: 1, usages: 1 });
      const { actions: work } = await acceptance.act(context, spec.uuid, deletion);
      await settlement.finish(outcome(spec.uuid, 'a', work.at(-1)!.id, null, 1));
      expect(await later(0).finishPurge(await purge())).toBe(true);
      expect(await later(0).list()).toEqual([]);
    });

    it('is deleted once at a time; what failed is tried again after a minute, or when somebody asks', async () => {
      await report('a', 2);
      const { spec } = await placed('a');
      await later(-1_000).requestPurge(purging, 'p');
      expect(await toDelete()).toEqual([spec.uuid]);
      const { actions: work } = await acceptance.act(context, spec.uuid, deletion);
      expect(await toDelete(later(3_600_000))).toEqual([]);
      await settlement.finish(outcome(spec.uuid, 'a', work.at(-1)!.id, 'the engine refuses', 1));
      expect(await toDelete()).toEqual([]);
      expect(await toDelete(later(61_000))).toEqual([spec.uuid]);
      await later(1_000).requestPurge(purging, 'p');
      expect(await toDelete()).toEqual([spec.uuid]);
    });

    it('keeps the purge of a project until its images are gone; one that cannot be removed is tried again', async () => {
      const images = new ImageStore(db, systemClock);
      await images.want(context, { repo: 'busybox', tag: 'latest', host: 'a' });
      await later(1_000).requestPurge(purging, 'p');
      const toRemove = async (store = later(1_000)) => (await store.imagesToRemove(await purge(), LIMIT)).map(({ uuid }) => uuid);
      const [uuid] = await toRemove();
      expect(uuid).toBeDefined();
      const removal = await images.unwant(context, uuid!);
      expect(await toRemove(later(3_600_000))).toEqual([]);
      expect(await later(0).finishPurge(await purge())).toBe(false);
      const end = { host: 'a', uuid: uuid!, revision: removal.revision, imageId: null, sizeBytes: null, wasThere: true };
      await db.transaction((tx) => tx.execute('UPDATE project_purge SET requested_at = ?', ['2000-01-01 00:00:00.000000']));
      await images.settle({ ...end, failure: 'in use' });
      expect(await toRemove()).toEqual([]);
      expect(await toRemove(later(61_000))).toEqual([uuid]);
      const again = await images.unwant(context, uuid!);
      await images.settle({ ...end, revision: again.revision, failure: null });
      expect(await later(0).finishPurge(await purge())).toBe(true);
    });

    it('does not lose a container that is made while the rest goes', async () => {
      for (let round = 0; round < 10; round += 1) {
        await later(0).requestPurge(purging, 'p');
        const [made, isDone] = await Promise.all([create(), later(0).finishPurge(await purge())]);
        const left = await later(0).find('p');
        expect(left).toMatchObject({ containers: 1, usages: 1 });
        expect(await new QuotaStore(db).usage('p')).toMatchObject({ containers: 1 });
        if (!isDone) expect(left!.purgeRequestedAt).not.toBeNull();
        await db.transaction((tx) => tx.execute("UPDATE container SET status = 'Error' WHERE uuid = ?", [made.spec.uuid]));
        await acceptance.act(context, made.spec.uuid, deletion);
      }
    });
  });
});
