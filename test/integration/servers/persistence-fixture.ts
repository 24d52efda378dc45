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
  HostStore,
  SchemaVersionError,
  Settlement,
  upgradeSchema,
  type ActionOutcome,
  type ComputeNodeRow,
  type DatabaseLocation,
  type NewContainer,
} from '@zun/persistence';
import { makeSpec } from '@zun/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';

/** Who asks. */
export const context: RequestContext = {
  requestId: 'req-1',
  userId: 'u',
  projectId: 'p',
  roles: ['member'],
  userDomainId: 'default',
  projectDomainId: 'default',
  userName: 'u',
  projectName: 'p',
};

export const unlimited = { containers: -1, cpu: -1, memoryMib: -1, diskGib: -1 };

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

/** A small container of project `p`, unlike any before. */
export function nextSpec(overrides: Partial<ContainerSpec> = {}): ContainerSpec {
  serial += 1;
  const uuid = `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`;
  return makeSpec({ uuid, name: `c${serial}`, projectId: 'p', userId: 'u', cpu: 0.1, memoryMib: 64, ...overrides });
}

/** How an action has ended: the container runs. */
export const outcome = (
  uuid: string,
  host: string,
  actionId: number,
  failure: string | null,
  version: number,
  leftNothing = false,
): ActionOutcome & { readonly observation: NonNullable<ActionOutcome['observation']> } => ({
  host,
  actionId,
  containerUuid: uuid,
  failure,
  leftNothing,
  steps: [],
  observation: {
    uuid,
    version,
    state: { status: 'Running', statusDetail: 'Up 0 seconds', statusReason: null },
    startedAt: '2026-01-01T00:00:00Z',
    hostname: 'h',
    command: ['sh'],
    entrypoint: [],
    ports: [],
    runtime: 'runc',
    addresses: {},
  },
});

/** An empty database of the newest schema, and what is kept in it. */
export class PersistenceFixture {
  writer!: DataSource;
  reader!: DataSource;
  db!: Database;
  acceptance!: Acceptance;
  settlement!: Settlement;
  containers!: ContainerStore;
  actions!: ActionLogStore;
  hosts!: HostStore;

  constructor(readonly location: DatabaseLocation) {}

  async open(): Promise<void> {
    const { location } = this;
    if (location.kind === 'mysql') {
      const admin = await createDataSource({ ...location, database: 'mysql' }).initialize();
      await admin.query(`DROP DATABASE IF EXISTS ${location.database}`);
      await admin.query(`CREATE DATABASE ${location.database}`);
      await admin.destroy();
    }
    this.writer = await createDataSource(location).initialize();
    await expect(checkSchema(this.writer)).rejects.toThrow(SchemaVersionError);
    await upgradeSchema(this.writer);
    await checkSchema(this.writer);
    this.reader = location.kind === 'sqlite' ? await createDataSource(location).initialize() : this.writer;
    this.db = new Database(this.writer, this.reader);
    this.acceptance = new Acceptance(this.db, systemClock);
    this.settlement = new Settlement(this.db, systemClock);
    this.containers = new ContainerStore(this.db);
    this.actions = new ActionLogStore(this.db, systemClock);
    this.hosts = new HostStore(this.db, systemClock);
  }

  async empty(): Promise<void> {
    await this.db.transaction(async (tx) => {
      for (const entity of ENTITIES) await tx.execute(`DELETE FROM ${this.writer.getMetadata(entity).tableName}`);
    });
  }

  async close(): Promise<void> {
    if (this.reader !== this.writer) await this.reader.destroy();
    await this.writer.destroy();
  }

  /** A host with so many cores reports. */
  readonly report = (hostname: string, cpu: number) =>
    this.hosts.heartbeat({ host: hostname, engineUp: true, availabilityZone: 'nova', inventory: inventory(hostname, cpu) });

  /** Accepts a create. */
  readonly create = async (
    overrides: Partial<ContainerSpec> = {},
    limits = unlimited,
    more: Partial<Pick<NewContainer, 'registryId' | 'nameScope'>> = {},
  ) => {
    const spec = nextSpec(overrides);
    const amounts = { containers: 1, cpu: spec.cpu, memoryMib: spec.memoryMib, diskGib: spec.diskGib };
    const placement = { availabilityZone: null, host: null, hints: {} };
    const quota = { counted: amounts, used: amounts, limits };
    const { entry } = await this.acceptance.create(
      context,
      { spec, registryId: null, placement, run: true, unset: new Set<never>(), ...more },
      quota,
    );
    return { spec, entry };
  };

  /** The same, placed on a host that has reported. */
  readonly placed = async (hostname: string, overrides: Partial<ContainerSpec> = {}) => {
    const made = await this.create(overrides);
    expect(await this.settlement.claim([{ uuid: made.spec.uuid, hostname }])).toEqual(['placed']);
    return made;
  };

  readonly claimedOn = async (hostname: string): Promise<Partial<ComputeNodeRow>> => {
    const row = await this.hosts.byHostname(hostname);
    return { claimed_cpu_micro: row!.claimed_cpu_micro, claimed_memory_mib: row!.claimed_memory_mib };
  };
}

/** Describes what holds on each kind of database; before each case it is empty. */
export function describePersistence(topic: string, body: (fixture: PersistenceFixture) => void): void {
  describe.each(locations())(`${topic} on %s`, (_name, location) => {
    const fixture = new PersistenceFixture(location);
    beforeAll(() => fixture.open());
    beforeEach(() => fixture.empty());
    afterAll(() => fixture.close());
    body(fixture);
  });
}

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
