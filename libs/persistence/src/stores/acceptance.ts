import { Inject, Injectable } from '@nestjs/common';
import {
  actionRule,
  allowedStatuses,
  UNPLACED_STATUSES,
  ContainerAlreadyExistsError,
  ContainerNotCreatedError,
  ContainerNotFoundError,
  DomainError,
  InvalidStateError,
  InvalidValueError,
  RegistryNotFoundError,
  toUtcTime,
  type ActionEntry,
  type ActionParameters,
  type Clock,
  type ContainerAction,
  type ContainerSpec,
  type ContainerStatus,
  type LoggedAction,
  type MountRequest,
  type RequestContext,
} from '@zun/domain';
import { Database, isDuplicate, type SqlValue, type Transaction } from '../database.js';
import type { ContainerRow } from '../entities/index.js';
import { effectOf, type ActionEffect } from './action-effects.js';
import { changeClaim, heldBy } from './claims.js';
import { addMounts } from './mounts.js';
import { addCommit } from './commits.js';
import { demandNetworks } from './container-networks.js';
import { insertContainer, updateContainer } from './container-writes.js';
import { selectUnfinished, toPendingWork, type PendingWork, type UnfinishedRow } from './pending-work.js';
import { purgeContainer } from './purge.js';
import { toJson, type PlacementRequest } from './rows.js';
import { demandFreeName, nameColumns, type NameScope } from './unique-names.js';
import { reserveQuota, type QuotaAmounts, type QuotaReservation } from './usage.js';

/** Dependency-injection token of the process's clock. */
export const CLOCK = Symbol('Clock');

/** A container to be accepted. */
export interface NewContainer {
  readonly spec: ContainerSpec;
  readonly registryId: string | null;
  readonly mounts?: readonly MountRequest[];
  readonly placement: PlacementRequest;
  /** Among which its name must be unique. */
  readonly nameScope?: NameScope;
  readonly run: boolean;
  /** Maps and lists that the request did not name: they are shown as null until the container exists. */
  readonly unset: ReadonlySet<'environment' | 'labels' | 'security_groups'>;
}

/** What a request asks of an existing container. */
export interface ActionRequest {
  readonly action: Exclude<LoggedAction, 'create' | 'update'>;
  /** Whose rule decides the statuses in which it is allowed; absent: the action's own. */
  readonly rule?: Exclude<ContainerAction, 'create'>;
  readonly params: ActionParameters;
}

export interface AcceptedContainer {
  readonly row: ContainerRow;
  readonly entry: ActionEntry;
}

/** An accepted change of resources, with everything that its host has to do now. */
export interface AcceptedChange extends AcceptedContainer {
  readonly work: PendingWork;
}

/** What of a container no host needs to know. */
export type ContainerPatch = Partial<Pick<ContainerRow, 'name' | 'auto_heal'>>;

export interface ResourceChange {
  readonly cpu?: number;
  readonly memoryMib?: number;
  /** See {@link QuotaReservation}. */
  readonly limits: QuotaAmounts | null;
}

/**
 * Accepts tenants' writes. Each is one transaction: the quota reserved, the state changed, a row in the action log; when it has
 * returned, the request is acknowledged and nothing that dies afterwards can lose it.
 */
@Injectable()
export class Acceptance {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns the container as accepted @throws OverQuotaError, RegistryNotFoundError, NetworkNotFoundError, VolumeNotFoundError, ContainerAlreadyExistsError */
  async create(context: RequestContext, container: NewContainer, quota: QuotaReservation): Promise<AcceptedContainer> {
    const { spec } = container;
    const now = toUtcTime(this.clock.now());
    const row = newRow(container, now);
    return this.withFreeName(spec.name, async (tx) => {
      await reserveQuota(tx, spec.projectId, quota);
      await demandFreeName(tx, row, container.nameScope ?? null);
      await demandRegistry(tx, container.registryId);
      await addMounts(tx, spec, container.mounts ?? [], now);
      await demandNetworks(tx, spec.projectId, spec.networks);
      const id = await insertContainer(tx, row);
      const entry = await logAction(tx, context, spec.uuid, {
        action: 'create',
        params: { run: container.run },
        now,
        baseline: null,
      });
      return { row: { id, ...row }, entry };
    });
  }

  /**
   * Accepts several actions on one container as one, in order (`delete` with `stop` is a stop and a delete): the first decides
   * whether the state allows it.
   * A rebuild that names no image keeps the container's; without `run` it is for the container's state to say whether it is started then.
   * @returns all that its host has to do now, in the state before; nothing when it was on no host and is gone already
   * @throws InvalidStateError, ContainerNotFoundError, and for actions on networks NetworkNotFoundError and DomainError of class invalid
   */
  async act(context: RequestContext, uuid: string, requests: readonly ActionRequest[]): Promise<PendingWork> {
    const now = toUtcTime(this.clock.now());
    return this.db.transaction(async (tx) => {
      const row = await tx.lock<ContainerRow>('container', 'uuid', uuid);
      if (!row) throw new ContainerNotFoundError(uuid);
      const [first] = requests;
      if (!first) return toPendingWork(row, []);
      const rule = first.rule ?? first.action;
      if (!allowedStatuses(rule).includes(row.status)) throw new InvalidStateError(nameOf(rule), uuid, row.status);
      if (row.host === null && requests.some(({ action }) => action === 'delete')) {
        await purgeContainer(tx, row, now);
        return toPendingWork(row, []);
      }
      if (row.host === null && !isToBePlaced(row) && first.action !== 'rebuild') throw new ContainerNotCreatedError(uuid);
      const effects = [];
      for (const request of requests) effects.push({ ...request, ...(await effectOf(tx, row, request)) });
      for (const { params } of effects) if (params.commit) await addCommit(tx, context, row, params.commit, now);
      await this.changeState(tx, row, effects, now);
      for (const { action, params } of effects) {
        await logAction(tx, context, uuid, { action, params, now, baseline: row.started_at });
      }
      const changed = Object.assign({}, row, ...effects.map(({ columns }) => columns)) as ContainerRow;
      return toPendingWork(changed, await tx.query<UnfinishedRow>(selectUnfinished([uuid]), [uuid]));
    });
  }

  /**
   * Reserves a change of cpu or memory: quota and claim now, the container's own columns when its host has done it. What it is to give
   * back it keeps until then: should its host refuse, or die, it still has it.
   * @throws OverQuotaError; InvalidValueError for another number of dedicated cores; DomainError of class conflict when the host has not got it
   */
  async update(context: RequestContext, uuid: string, change: ResourceChange): Promise<AcceptedChange> {
    const now = toUtcTime(this.clock.now());
    return this.db.transaction(async (tx) => {
      const row = await tx.lock<ContainerRow>('container', 'uuid', uuid);
      if (!row) throw new ContainerNotFoundError(uuid);
      if (!allowedStatuses('update').includes(row.status)) throw new InvalidStateError('update', uuid, row.status);
      if (row.cpu_policy === 'dedicated' && change.cpu !== undefined && change.cpu !== row.cpu) {
        throw new InvalidValueError('cpu: a container with dedicated cores keeps those it has');
      }
      const { cpu = row.cpu, memoryMib = row.memory_mib } = change;
      const params = { cpu: change.cpu, memoryMib: change.memoryMib };
      const held = await heldBy(tx, row);
      const wanted = { cpu: Math.max(held.cpu, cpu), memoryMib: Math.max(held.memoryMib, memoryMib) };
      const growth = { containers: 0, cpu: wanted.cpu - held.cpu, memoryMib: wanted.memoryMib - held.memoryMib, diskGib: 0 };
      await reserveQuota(tx, row.project_id, { counted: growth, used: growth, limits: change.limits });
      if (!(await changeClaim(tx, uuid, wanted))) {
        throw new DomainError('conflict', 'conflict', 'Insufficient compute resources on the host of the container.');
      }
      const entry = await logAction(tx, context, uuid, { action: 'update', params, now, baseline: row.started_at });
      return { row, entry, work: toPendingWork(row, await tx.query<UnfinishedRow>(selectUnfinished([uuid]), [uuid])) };
    });
  }

  /**
   * Writes fields that no host needs to know.
   * @param scope among which containers a name must be unique
   * @throws ContainerNotFoundError, ContainerAlreadyExistsError
   */
  async patch(uuid: string, { name, auto_heal: autoHeal }: ContainerPatch, scope: NameScope = null): Promise<void> {
    if (name === undefined && autoHeal === undefined) return;
    await this.withFreeName(name ?? '', async (tx) => {
      const row = await tx.lock<ContainerRow>('container', 'uuid', uuid);
      if (!row) throw new ContainerNotFoundError(uuid);
      const named = name === undefined ? {} : nameColumns(name, row.project_id, scope);
      if (name !== undefined) await demandFreeName(tx, { ...row, ...named }, scope);
      const columns = {
        ...named,
        ...(autoHeal === undefined ? {} : { auto_heal: autoHeal }),
        updated_at: toUtcTime(this.clock.now()),
      };
      await updateContainer(tx, row, columns);
    });
  }

  /** @throws ContainerAlreadyExistsError when another takes the name at the same time */
  private async withFreeName<T>(name: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.db.transaction(work);
    } catch (error) {
      throw isDuplicate(error) ? new ContainerAlreadyExistsError(name) : error;
    }
  }

  /** The compare-and-set that makes an acceptance safe even where a lock is not (a cluster of databases). */
  private async changeState(
    tx: Transaction,
    row: ContainerRow,
    requests: readonly (Pick<ActionRequest, 'action'> & ActionEffect)[],
    now: string,
  ): Promise<void> {
    const rules = requests.map(({ action }) => actionRule(action));
    const status: ContainerStatus = rules.reduce((found, rule) => rule.acceptedStatus ?? found, row.status);
    const task = row.task_state ?? rules[0]?.task ?? null;
    const columns: Record<string, SqlValue> = { status, task_state: task, updated_at: now };
    for (const request of requests) Object.assign(columns, request.columns);
    if (!(await updateContainer(tx, row, columns)))
      throw new DomainError('conflict', 'conflict', 'The container was changed at the same time. Please retry.');
  }
}

/** It waits for a host, which then does everything that was asked of it by then. */
function isToBePlaced({ host, status }: ContainerRow): boolean {
  return host === null && UNPLACED_STATUSES.includes(status);
}

/** A deletion is called so however it is done. */
function nameOf(rule: string): string {
  return rule.startsWith('delete') ? 'delete' : rule;
}

/** Held until the container is there: a registry in use is not deleted. @throws RegistryNotFoundError */
async function demandRegistry(tx: Transaction, uuid: string | null): Promise<void> {
  if (uuid !== null && !(await tx.lock('registry', 'uuid', uuid))) throw new RegistryNotFoundError(uuid);
}

interface LogRequest {
  readonly action: LoggedAction;
  readonly params: ActionParameters;
  readonly now: string;
  readonly baseline: string | null;
}

async function logAction(tx: Transaction, context: RequestContext, uuid: string, request: LogRequest): Promise<ActionEntry> {
  const { action, params, now, baseline } = request;
  const { insertId } = await tx.insert('container_action', {
    container_uuid: uuid,
    action,
    request_id: context.requestId,
    user_id: context.userId,
    project_id: context.projectId ?? '',
    start_time: now,
    params: toJson(params),
    baseline_started_at: baseline,
    hinted_at: now,
  });
  return { id: insertId, action, requestId: context.requestId, params, baselineStartedAt: baseline };
}

function newRow(container: NewContainer, now: string): Omit<ContainerRow, 'id'> {
  const { spec, unset } = container;
  return {
    uuid: spec.uuid,
    project_id: spec.projectId,
    user_id: spec.userId,
    ...nameColumns(spec.name, spec.projectId, container.nameScope ?? null),
    image: spec.image,
    image_driver: spec.imageDriver,
    image_pull_policy: spec.imagePullPolicy,
    committed_image: spec.committedImage ?? null,
    glance_image: spec.glanceImage ?? null,
    command: toJson(spec.command),
    entrypoint: toJson(spec.entrypoint),
    requested_command: toJson(spec.command),
    requested_entrypoint: toJson(spec.entrypoint),
    environment: unset.has('environment') ? null : toJson(spec.environment),
    labels: unset.has('labels') ? null : toJson(spec.labels),
    workdir: spec.workdir,
    hostname: spec.hostname,
    cpu: spec.cpu,
    cpu_policy: spec.cpuPolicy,
    memory_mib: spec.memoryMib,
    disk_gib: spec.diskGib,
    interactive: Number(spec.interactive),
    tty: Number(spec.tty),
    auto_remove: Number(spec.autoRemove),
    auto_heal: Number(spec.autoHeal),
    privileged: Number(spec.privileged),
    runtime: spec.runtime,
    restart_policy: toJson(spec.restartPolicy),
    healthcheck: toJson(spec.healthcheck),
    exposed_ports: toJson(spec.exposedPorts),
    requested_networks: toJson(spec.networks),
    security_groups: unset.has('security_groups') ? null : toJson(spec.securityGroups),
    registry_id: container.registryId,
    placement_request: toJson(container.placement),
    host: null,
    status: 'Creating',
    status_reason: null,
    status_detail: null,
    task_state: null,
    addresses: null,
    ports: null,
    started_at: null,
    observed_version: 0,
    held_observation: null,
    created_at: now,
    updated_at: null,
  };
}
