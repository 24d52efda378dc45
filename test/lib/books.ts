import { createConnection, type Connection } from 'mysql2/promise';
import { expect } from 'vitest';
import { engineContainers, engineVolumes, type EngineContainer, type EngineVolume } from './engine.js';
import type { TestCluster } from './cluster.js';
import { eventually } from './eventually.js';

const LABEL_UUID = 'org.openstack.zun.uuid';
const LABEL_HOST = 'org.openstack.zun.host';
const LABEL_VOLUME = 'org.openstack.zun.volume';

/** What the books count, in the units they count it in. */
interface Amounts {
  readonly cpu_micro: number;
  readonly memory_mib: number;
  readonly disk_gib: number;
}

interface ContainerLine extends Amounts {
  readonly uuid: string;
  readonly project_id: string;
  readonly host: string | null;
  readonly status: string;
  readonly task_state: string | null;
  readonly cpu_policy: 'shared' | 'dedicated';
}

interface PinLine {
  readonly hostname: string;
  readonly cpu: number;
  readonly container_uuid: string;
}

interface AllocationLine extends Amounts {
  readonly container_uuid: string;
  readonly hostname: string;
}

interface HostLine extends Amounts {
  readonly hostname: string;
}

interface VolumeLine {
  readonly uuid: string;
  readonly host: string | null;
  /** Null: it has a name, and outlives its containers. */
  readonly container_uuid: string | null;
}

interface UsageLine extends Amounts {
  readonly project_id: string;
  readonly containers: number;
}

interface ActionLine {
  readonly id: number;
  readonly container_uuid: string;
  readonly action: string;
  readonly finish_time: string | null;
}

interface EventLine {
  readonly action_id: number;
  readonly event: string;
}

/** All that is written down, as of one moment. */
export interface Books {
  readonly containers: readonly ContainerLine[];
  readonly allocations: readonly AllocationLine[];
  readonly hosts: readonly HostLine[];
  /** Processors that are given away. */
  readonly pins: readonly PinLine[];
  readonly volumes: readonly VolumeLine[];
  readonly usages: readonly UsageLine[];
  readonly actions: readonly ActionLine[];
  readonly events: readonly EventLine[];
}

/** Where an engine's containers are counted. */
type BookedCluster = Pick<TestCluster, 'tester' | 'engine'>;

/** A connection to the cluster's database as somebody who may do anything. */
export function openBooks(cluster: Pick<TestCluster, 'tester'>): Promise<Connection> {
  return createConnection({ ...cluster.tester, database: 'zun', dateStrings: true });
}

/**
 * Holds the books of a cluster at rest against each other and against the engine: every claim, quota and record is there exactly
 * once, nothing is half done, nothing runs that nobody owns.
 */
export async function expectBooksAddUp(cluster: BookedCluster): Promise<void> {
  expect(await findBookErrors(cluster)).toEqual([]);
}

/** Waits until nothing is under way any more and the books add up. */
export async function comesToRest(cluster: BookedCluster, timeoutMs?: number): Promise<void> {
  await eventually(
    () => findBookErrors(cluster),
    (errors) => errors.length === 0,
    { describe: 'nothing is under way, and the books add up', timeoutMs, intervalMs: 50 },
  );
}

/** @returns a sentence for everything that does not add up */
async function findBookErrors(cluster: BookedCluster): Promise<string[]> {
  const [books, containers, volumes] = await Promise.all([
    readBooks(cluster),
    engineContainers(cluster.engine),
    engineVolumes(cluster.engine),
  ]);
  return [...bookErrors(books), ...strayContainers(books, containers), ...strayVolumes(books, volumes)];
}

/** Nothing is claimed, nothing used, nothing left. */
export async function expectBooksAtZero(cluster: BookedCluster): Promise<void> {
  await expectBooksAddUp(cluster);
  const { hosts, usages, containers, allocations, actions, pins, volumes } = await readBooks(cluster);
  const own = volumes.filter(({ container_uuid }) => container_uuid !== null);
  for (const left of [containers, allocations, actions, pins, own]) expect(left).toEqual([]);
  for (const line of [...hosts, ...usages]) expect(line).toMatchObject({ cpu_micro: 0, memory_mib: 0, disk_gib: 0 });
  for (const { containers: count } of usages) expect(count).toBe(0);
}

export async function readBooks(cluster: Pick<TestCluster, 'tester'>): Promise<Books> {
  const connection = await openBooks(cluster);
  const rows = async <T>(sql: string): Promise<T[]> => (await connection.query(sql))[0] as T[];
  try {
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    return {
      containers: await rows(
        `SELECT uuid, project_id, host, status, task_state, cpu_policy, CAST(ROUND(cpu * 1000000) AS SIGNED) AS cpu_micro, memory_mib, disk_gib
           FROM container`,
      ),
      allocations: await rows('SELECT container_uuid, hostname, cpu_micro, memory_mib, disk_gib FROM allocation'),
      hosts: await rows(
        `SELECT hostname, claimed_cpu_micro AS cpu_micro, claimed_memory_mib AS memory_mib, claimed_disk_gib AS disk_gib
           FROM compute_node`,
      ),
      pins: await rows('SELECT hostname, cpu, container_uuid FROM pinned_cpu'),
      volumes: await rows('SELECT uuid, host, container_uuid FROM volume'),
      usages: await rows('SELECT project_id, containers, cpu_micro, memory_mib, disk_gib FROM project_usage'),
      actions: await rows('SELECT id, container_uuid, action, finish_time FROM container_action'),
      events: await rows('SELECT action_id, event FROM container_action_event'),
    };
  } finally {
    await connection.end();
  }
}

function bookErrors(books: Books): string[] {
  return [...claimErrors(books), ...pinErrors(books), ...quotaErrors(books), ...unfinished(books), ...doneTwice(books)];
}

function claimErrors({ containers, allocations, hosts }: Books): string[] {
  const placed = new Map(containers.filter(({ host }) => host !== null).map((row) => [row.uuid, row]));
  const claimed = new Set(allocations.map(({ container_uuid }) => container_uuid));
  const strays = allocations.filter(({ container_uuid, hostname }) => placed.get(container_uuid)?.host !== hostname);
  const unclaimed = [...placed.values()].filter(({ uuid }) => !claimed.has(uuid));
  const wrong = allocations.filter((line) => {
    const row = placed.get(line.container_uuid);
    return row && !same(line, row);
  });
  const sums = hosts.flatMap((host) => {
    const sum = total(allocations.filter(({ hostname }) => hostname === host.hostname));
    return same(host, sum) ? [] : [`${host.hostname} has ${show(host)} claimed, its allocations hold ${show(sum)}`];
  });
  return [
    ...strays.map(({ container_uuid, hostname }) => `a claim of ${container_uuid} on ${hostname}, which is not there`),
    ...unclaimed.map(({ uuid, host }) => `${uuid} is on ${host} without a claim`),
    ...wrong.map(
      (line) => `${line.container_uuid} claims ${show(line)}, its record says ${show(placed.get(line.container_uuid)!)}`,
    ),
    ...sums,
  ];
}

/** Of its dedicated cores a container has each once, where it is; that no two have the same a key of the table sees to. */
function pinErrors({ containers, pins }: Books): string[] {
  const placed = new Map(containers.filter(({ host }) => host !== null).map((row) => [row.uuid, row]));
  const strays = pins.filter(({ container_uuid: uuid, hostname }) => placed.get(uuid)?.host !== hostname);
  const short = [...placed.values()].filter((row) => {
    const own = pins.filter(({ container_uuid: uuid }) => uuid === row.uuid).length;
    return own !== (row.cpu_policy === 'dedicated' ? Number(row.cpu_micro) / 1_000_000 : 0);
  });
  return [
    ...strays.map(
      ({ container_uuid: uuid, hostname, cpu }) => `processor ${cpu} of ${hostname} is kept for ${uuid}, which is not there`,
    ),
    ...short.map(({ uuid, cpu_policy: policy }) => `${uuid} with ${policy} cores has not as many processors as it should`),
  ];
}

function quotaErrors({ containers, usages }: Books): string[] {
  const projects = new Set([...containers, ...usages].map(({ project_id }) => project_id));
  return [...projects].flatMap((project) => {
    const own = containers.filter(({ project_id }) => project_id === project);
    const usage = usages.find(({ project_id }) => project_id === project);
    if (usage?.containers === own.length && same(usage, total(own))) return [];
    return [`${project} has ${own.length} containers with ${show(total(own))}, its usage says ${JSON.stringify(usage)}`];
  });
}

function unfinished({ containers, actions }: Books): string[] {
  const known = new Set(containers.map(({ uuid }) => uuid));
  return [
    ...containers
      .filter(({ status, task_state }) => task_state !== null || ['Creating', 'Deleting', 'Deleted'].includes(status))
      .map(({ uuid, status, task_state }) => `${uuid} stays ${status} with task ${task_state}`),
    ...actions
      .filter(({ finish_time }) => finish_time === null)
      .map(({ container_uuid, action }) => `a ${action} of ${container_uuid} has no end`),
    ...actions
      .filter(({ container_uuid }) => !known.has(container_uuid))
      .map(({ container_uuid, action }) => `a ${action} of ${container_uuid}, which has no record`),
  ];
}

/** Every end of an action adds its steps to the log: a second end would show. */
function doneTwice({ actions, events }: Books): string[] {
  return actions.flatMap(({ id, action, container_uuid }) => {
    const steps = events.filter(({ action_id }) => action_id === id).map(({ event }) => event);
    return new Set(steps).size === steps.length ? [] : [`a ${action} of ${container_uuid} ended twice: ${steps.join()}`];
  });
}

function strayContainers({ containers }: Books, engine: readonly EngineContainer[]): string[] {
  const hostOf = new Map(containers.map(({ uuid, host }) => [uuid, host]));
  const ours = engine.filter(({ Labels }) => Labels[LABEL_UUID] !== undefined);
  const strays = ours.filter(({ Labels }) => hostOf.get(Labels[LABEL_UUID]!) !== Labels[LABEL_HOST]);
  const there = new Map(ours.map(({ Labels, State }) => [Labels[LABEL_UUID], State]));
  // Of one in Error nothing else is said.
  const told = containers.filter(({ status }) => status !== 'Error');
  const untrue = told.filter(({ uuid, status }) => (status === 'Running') !== (there.get(uuid) === 'running'));
  return [
    ...strays.map(({ Names, Labels }) => `the engine has ${Names.join()} of ${Labels[LABEL_HOST]}, which has no record there`),
    ...untrue.map(({ uuid, status }) => `${uuid} is said to be ${status}, on the engine it is ${there.get(uuid) ?? 'unknown'}`),
  ];
}

/** A volume of a container's own is where that is. One in Error may never have got so far. */
function strayVolumes({ containers, volumes }: Books, engine: readonly EngineVolume[]): string[] {
  const hostOf = new Map(volumes.map(({ uuid, host }) => [uuid, host]));
  const strays = engine.filter(({ Labels }) => Labels?.[LABEL_VOLUME] && hostOf.get(Labels[LABEL_VOLUME]) !== Labels[LABEL_HOST]);
  const there = new Set(engine.map(({ Labels }) => Labels?.[LABEL_VOLUME]));
  const healthy = new Set(containers.filter(({ host, status }) => host !== null && status !== 'Error').map(({ uuid }) => uuid));
  const missing = volumes.filter(({ uuid, container_uuid }) => healthy.has(container_uuid ?? '') && !there.has(uuid));
  const known = new Set(containers.map(({ uuid }) => uuid));
  const orphans = volumes.filter(({ container_uuid }) => container_uuid !== null && !known.has(container_uuid));
  return [
    ...strays.map(({ Name }) => `the engine has a volume ${Name}, which has no record there`),
    ...missing.map(({ uuid, container_uuid }) => `the volume ${uuid} of ${container_uuid} is not on the engine`),
    ...orphans.map(({ uuid, container_uuid }) => `the volume ${uuid} outlives ${container_uuid}`),
  ];
}

function total(lines: readonly Amounts[]): Amounts {
  const sum = (pick: (line: Amounts) => number): number => lines.reduce((all, line) => all + Number(pick(line)), 0);
  return { cpu_micro: sum((l) => l.cpu_micro), memory_mib: sum((l) => l.memory_mib), disk_gib: sum((l) => l.disk_gib) };
}

function same(a: Amounts, b: Amounts): boolean {
  return show(a) === show(b);
}

function show({ cpu_micro, memory_mib, disk_gib }: Amounts): string {
  return `${Number(cpu_micro) / 1_000_000} cpu, ${memory_mib} MiB, ${disk_gib} GiB`;
}
