import { Inject, Injectable } from '@nestjs/common';
import {
  actionRule,
  isObservable,
  isToBeHealed,
  NoValidHostError,
  stateFromObservation,
  stateFromOutcome,
  toUtcTime,
  UNPLACED_STATUSES,
  type ActionParameters,
  type Addresses,
  type Clock,
  type ObservedState,
  type StateChange,
  type TaskState,
} from '@zun/domain';
import { Database, type SqlValue, type Transaction } from '../database.js';
import type { ContainerActionRow, ContainerRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';
import { imageColumns } from './action-effects.js';
import { changeClaim, claim, heldBy, releaseClaim } from './claims.js';
import { placeVolumes, volumesFor } from './mounts.js';
import { networksOf, withNetwork, withoutNetwork } from './container-networks.js';
import { settleCommit } from './commits.js';
import { updateContainer } from './container-writes.js';
import { selectUnfinished } from './pending-work.js';
import { purgeContainer } from './purge.js';
import { toActionEntry, toJson } from './rows.js';
import { releaseQuota } from './usage.js';

/** What a host saw of a container. */
export interface Observation {
  readonly uuid: string;
  readonly version: number;
  readonly state: ObservedState;
  readonly startedAt: string | null;
  readonly hostname: string | null;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly ports: readonly number[] | null;
  readonly runtime: string | null;
  readonly addresses: Addresses | null;
}

export interface Step {
  readonly name: string;
  readonly startTime: string;
  readonly finishTime: string | null;
  readonly result: 'Success' | 'Error' | null;
  readonly traceback: string | null;
}

/** How an action ended on its host. */
export interface ActionOutcome {
  readonly host: string;
  readonly actionId: number;
  readonly containerUuid: string;
  readonly failure: string | null;
  readonly leftNothing: boolean;
  /** A failed rebuild has not touched the container that was there. */
  readonly leftAsItWas?: boolean;
  readonly observation: Observation | null;
  readonly steps: readonly Step[];
  /** What a commit has made. */
  readonly image?: { readonly id: string; readonly sizeBytes: number } | null;
}

/** A host chosen for a container. */
export interface ProposedClaim {
  readonly uuid: string;
  readonly hostname: string;
}

/** `placed`; `refused`: the host has not got it any more; `gone`: there is no such container to place any more. */
export type ClaimVerdict = 'placed' | 'refused' | 'gone';

/** Columns of a container that an observation fills. A name the tenant gave is never overwritten. */
function observedColumns(row: ContainerRow, seen: Observation): Record<string, SqlValue> {
  if (seen.state.status === 'missing') return { observed_version: seen.version };
  return {
    observed_version: seen.version,
    started_at: seen.startedAt,
    hostname: row.hostname ?? seen.hostname,
    command: toJson(seen.command) ?? row.command,
    entrypoint: toJson(seen.entrypoint) ?? row.entrypoint,
    ports: toJson(seen.ports),
    runtime: seen.runtime ?? row.runtime,
    addresses: toJson(seen.addresses),
  };
}

/** What a failed action was accepted with and did not bring about; the record is again what the container is. */
function takenBack(row: ContainerRow, action: ContainerActionRow, outcome: ActionOutcome): Record<string, SqlValue> {
  const { replacedImage, network } = toActionEntry(action).params;
  if (action.action === 'rebuild' && outcome.leftAsItWas && replacedImage) return imageColumns(replacedImage);
  if (!network) return {};
  const isThere = networksOf(row).some((known) => known.network === network.network);
  if (action.action === 'network_attach' && isThere) return { requested_networks: withoutNetwork(row, network) };
  if (action.action === 'network_detach' && !isThere) return { requested_networks: withNetwork(row, network) };
  return {};
}

/** What was seen while an action was under way. */
function heldObservation(row: ContainerRow): Observation | null {
  return row.held_observation === null ? null : (JSON.parse(row.held_observation) as Observation);
}

function newest(one: Observation | null, other: Observation | null): Observation | null {
  if (one === null || other === null) return one ?? other;
  return one.version >= other.version ? one : other;
}

/** What a change still says when newer ones have been told of before it: two schedulers may take them in in any order. */
function withoutOverruled({ cpu, memoryMib }: ActionParameters, newer: readonly ActionParameters[]): ActionParameters {
  return {
    cpu: newer.some((change) => change.cpu !== undefined) ? undefined : cpu,
    memoryMib: newer.some((change) => change.memoryMib !== undefined) ? undefined : memoryMib,
  };
}

function stateColumns(change: StateChange): Record<string, SqlValue> {
  return { status: change.status, status_reason: change.statusReason, status_detail: change.statusDetail?.slice(0, 255) ?? null };
}

/** Of one that has failed nothing new is learned: it need never have been there. */
function hasFailed(row: ContainerRow): boolean {
  const wishes = { autoRemove: row.auto_remove === 1, autoHeal: row.auto_heal === 1 };
  return row.status === 'Error' && !isToBeHealed(row.status, row.status_reason, wishes);
}

function missingSince(uuid: string, version: number): Observation {
  const nothing = {
    startedAt: null,
    hostname: null,
    command: null,
    entrypoint: null,
    ports: null,
    runtime: null,
    addresses: null,
  };
  return { uuid, version, state: { status: 'missing', statusDetail: null, statusReason: null }, ...nothing };
}

/** Writes down where work has led: placements, outcomes, observations. Every method may be called again with the same facts. */
@Injectable()
export class Settlement {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Claims hosts for containers, all in one transaction; each stands or falls alone. */
  async claim(proposals: readonly ProposedClaim[]): Promise<ClaimVerdict[]> {
    return this.db.transaction(async (tx) => {
      const verdicts: ClaimVerdict[] = [];
      for (const proposal of proposals) verdicts.push(await this.claimOne(tx, proposal));
      return verdicts;
    });
  }

  private async claimOne(tx: Transaction, { uuid, hostname }: ProposedClaim): Promise<ClaimVerdict> {
    const row = await tx.lock<ContainerRow>('container', 'uuid', uuid);
    if (!row || row.host !== null || !UNPLACED_STATUSES.includes(row.status)) return 'gone';
    const amounts = { cpu: row.cpu, memoryMib: row.memory_mib, diskGib: row.disk_gib };
    const volumes = await volumesFor(tx, uuid, hostname);
    if (volumes === 'elsewhere' || !(await claim(tx, uuid, hostname, amounts, row.cpu_policy))) return 'refused';
    await placeVolumes(tx, volumes, hostname);
    await updateContainer(tx, row, { host: hostname, updated_at: this.now() });
    return 'placed';
  }

  /**
   * No host fits: the container goes to Error with the reason. As in Zun no create stays recorded; anything else that was asked of it
   * has failed.
   */
  async failPlacement(uuid: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const row = await tx.lock<ContainerRow>('container', 'uuid', uuid);
      if (!row || row.host !== null || !UNPLACED_STATUSES.includes(row.status)) return;
      await updateContainer(tx, row, {
        status: 'Error',
        status_reason: new NoValidHostError().detail,
        task_state: null,
        updated_at: this.now(),
      });
      await tx.execute("DELETE FROM container_action WHERE container_uuid = ? AND action = 'create' AND finish_time IS NULL", [
        uuid,
      ]);
      await tx.execute(
        "UPDATE container_action SET finish_time = ?, message = 'Error' WHERE container_uuid = ? AND finish_time IS NULL",
        [this.now(), uuid],
      );
    });
  }

  /** @returns false when the report does not count: told before, or not from the container's host */
  async finish(outcome: ActionOutcome): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const row = await tx.lock<ContainerRow>('container', 'uuid', outcome.containerUuid);
      if (!row || row.host !== outcome.host) return false;
      const action = await tx.lock<ContainerActionRow>('container_action', 'id', outcome.actionId);
      if (!action || action.container_uuid !== row.uuid || action.finish_time !== null) return false;
      if (action.action === 'delete' && outcome.failure === null) {
        await purgeContainer(tx, row, this.now());
        return true;
      }
      await this.closeAction(tx, action, outcome);
      if (action.action === 'commit') {
        await settleCommit(tx, action, outcome.failure === null ? (outcome.image ?? null) : null, this.now());
      }
      if (action.action === 'update') await this.settleUpdate(tx, row, action, outcome.failure === null);
      else await this.settleState(tx, row, action, outcome);
      return true;
    });
  }

  /** Progress shown to the tenant while an action runs. */
  async progress(uuid: string, host: string, taskState: TaskState | null, statusDetail: string | null): Promise<void> {
    await this.db.transaction(async (tx) => {
      const row = await tx.lock<ContainerRow>('container', 'uuid', uuid);
      if (!row || row.host !== host || row.status === 'Deleting') return;
      const pending = await tx.query(`${selectUnfinished([uuid])} LIMIT 1`, [uuid]);
      if (pending.length === 0) return;
      await updateContainer(tx, row, {
        task_state: taskState ?? row.task_state,
        status_detail: statusDetail?.slice(0, 255) ?? null,
      });
    });
  }

  /**
   * States seen on a host. Older than what is known or from another host: ignored. While an action is under way they are held until
   * it has ended: the host sends both in order, but two schedulers may take them in in any order.
   * @returns containers that are missing and to be made again: nothing was written of them, so that whoever dies before it has asked for
   * that is told of them once more
   */
  async observe(host: string, observations: readonly Observation[]): Promise<ContainerRow[]> {
    return this.db.transaction(async (tx) => {
      const toHeal: ContainerRow[] = [];
      for (const seen of observations) {
        const row = await tx.lock<ContainerRow>('container', 'uuid', seen.uuid);
        if (!row || row.host !== host || row.observed_version >= seen.version) continue;
        if (!isObservable(row.status, row.task_state)) {
          await updateContainer(tx, row, { held_observation: toJson(newest(heldObservation(row), seen)) });
          continue;
        }
        const wishes = { autoRemove: row.auto_remove === 1, autoHeal: row.auto_heal === 1 };
        if (seen.state.status === 'missing' && isToBeHealed(row.status, row.status_reason, wishes)) {
          toHeal.push(row);
          continue;
        }
        const change = stateFromObservation(seen.state, wishes);
        await updateContainer(tx, row, { ...observedColumns(row, seen), ...stateColumns(change), updated_at: this.now() });
      }
      return toHeal;
    });
  }

  /**
   * What a host's engine has, told as a whole: a container that is placed there and is not among it is missing, unless something newer
   * is known of it or an action is under way, which will tell.
   * @returns see {@link observe}
   */
  async observeMissing(host: string, version: number, uuids: readonly string[]): Promise<ContainerRow[]> {
    const placed = await this.db.read<ContainerRow>('SELECT * FROM container WHERE host = ? AND observed_version < ?', [
      host,
      version,
    ]);
    const there = new Set(uuids);
    const missing = placed.filter((row) => !there.has(row.uuid) && isObservable(row.status, row.task_state) && !hasFailed(row));
    if (missing.length === 0) return [];
    return this.observe(
      host,
      missing.map(({ uuid }) => missingSince(uuid, version)),
    );
  }

  private async closeAction(tx: Transaction, action: ContainerActionRow, outcome: ActionOutcome): Promise<void> {
    await tx.execute('UPDATE container_action SET finish_time = ?, message = ? WHERE id = ?', [
      this.now(),
      outcome.failure === null ? null : 'Error',
      action.id,
    ]);
    for (const step of outcome.steps) {
      await tx.insert('container_action_event', {
        action_id: action.id,
        event: step.name,
        start_time: step.startTime,
        finish_time: step.finishTime,
        result: step.result,
        traceback: step.traceback,
      });
    }
  }

  /** The host has taken the new limits: they become the container's. Of what it holds, it keeps what it and later changes need. */
  private async settleUpdate(tx: Transaction, row: ContainerRow, action: ContainerActionRow, done: boolean): Promise<void> {
    const others = await tx.query<ContainerActionRow>(
      "SELECT * FROM container_action WHERE container_uuid = ? AND action = 'update' AND id <> ? AND message IS NULL",
      [row.uuid, action.id],
    );
    const isNewer = ({ id, finish_time: end }: ContainerActionRow): boolean => end !== null && Number(id) > Number(action.id);
    const newer = others.filter(isNewer).map((change) => toActionEntry(change).params);
    const params = done ? withoutOverruled(toActionEntry(action).params, newer) : {};
    const { cpu = row.cpu, memoryMib = row.memory_mib } = params;
    if (done) await updateContainer(tx, row, { cpu, memory_mib: memoryMib });
    const wanted = others.filter((other) => other.finish_time === null).map((change) => toActionEntry(change).params);
    const needed = {
      cpu: Math.max(cpu, ...wanted.map((params) => params.cpu ?? 0)),
      memoryMib: Math.max(memoryMib, ...wanted.map((params) => params.memoryMib ?? 0)),
    };
    const held = await heldBy(tx, row);
    await changeClaim(tx, row.uuid, needed);
    const difference = { cpu: held.cpu - needed.cpu, memoryMib: held.memoryMib - needed.memoryMib };
    await releaseQuota(tx, row.project_id, { containers: 0, ...difference, diskGib: 0 });
  }

  private async settleState(
    tx: Transaction,
    row: ContainerRow,
    action: ContainerActionRow,
    outcome: ActionOutcome,
  ): Promise<void> {
    const [next] = await tx.query<ContainerActionRow>(
      'SELECT * FROM container_action WHERE container_uuid = ? AND finish_time IS NULL ORDER BY id LIMIT 1',
      [row.uuid],
    );
    const columns: Record<string, SqlValue> = {
      task_state: next ? actionRule(next.action).task : null,
      held_observation: next ? row.held_observation : null,
      updated_at: this.now(),
    };
    const observation = newest(outcome.observation, heldObservation(row));
    const isNewer = observation !== null && observation.version > row.observed_version;
    if (isNewer) Object.assign(columns, observedColumns(row, observation));
    // A container that is being deleted stays so until it is gone or its deletion fails.
    const isHeld = row.status === 'Deleting' && action.action !== 'delete';
    if (!isHeld && (isNewer || observation === null || outcome.failure !== null)) {
      const options = { autoRemove: row.auto_remove === 1, leftAsItWas: outcome.leftAsItWas };
      Object.assign(columns, stateColumns(stateFromOutcome(action.action, outcome.failure, observation?.state ?? null, options)));
    }
    if (outcome.failure !== null) Object.assign(columns, takenBack(row, action, outcome));
    // With work still to come the host must stay known: that work will end there.
    if (action.action === 'create' && outcome.failure !== null && outcome.leftNothing && !next) {
      await releaseClaim(tx, row.uuid);
      columns.host = null;
    }
    await updateContainer(tx, row, columns);
  }

  private now(): string {
    return toUtcTime(this.clock.now());
  }
}
