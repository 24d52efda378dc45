import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AmbiguousNameError, DomainError, fromUtcTime, isUuidLike, toUtcTime, type Clock, type HostInventory } from '@zun/domain';
import { Database, type SqlValue, type Transaction } from '../database.js';
import type { ComputeNodeRow, ZunServiceRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';
import { SELECT_PINNED, type PinnedLine } from './cpu-pins.js';
import { toJson, toMicro } from './rows.js';

/** The one kind of agent there is. */
export const COMPUTE_BINARY = 'zun-compute';

export interface HostHeartbeat {
  readonly host: string;
  readonly engineUp: boolean;
  readonly availabilityZone: string;
  readonly inventory: HostInventory | null;
}

export interface PageQuery {
  readonly sortKey: string;
  readonly descending: boolean;
  readonly limit: number;
  readonly marker: string | null;
}

export class ComputeNodeNotFoundError extends DomainError {
  constructor(ident: string) {
    super('not-found', 'compute-node-not-found', `Compute node ${ident} could not be found.`);
  }
}

/** Hosts and their agents, as they report themselves. */
@Injectable()
export class HostStore {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async heartbeat(report: HostHeartbeat): Promise<void> {
    const now = toUtcTime(this.clock.now());
    await this.db.transaction(async (tx) => {
      await beat(tx, report, now);
      if (report.inventory) await recordInventory(tx, report.inventory, report.engineUp, now);
      else await tx.execute('UPDATE compute_node SET engine_up = ? WHERE hostname = ?', [Number(report.engineUp), report.host]);
    });
  }

  async all(): Promise<ComputeNodeRow[]> {
    return this.db.read<ComputeNodeRow>('SELECT * FROM compute_node ORDER BY hostname');
  }

  /** Processors that containers have for themselves, on all hosts. */
  async pinnedCpus(): Promise<PinnedLine[]> {
    return this.db.read<PinnedLine>(SELECT_PINNED);
  }

  async byHostname(hostname: string): Promise<ComputeNodeRow | null> {
    const [row] = await this.db.read<ComputeNodeRow>('SELECT * FROM compute_node WHERE hostname = ?', [hostname]);
    return row ?? null;
  }

  /** @param ident a uuid or a host name @throws ComputeNodeNotFoundError */
  async find(ident: string): Promise<ComputeNodeRow> {
    const column = isUuidLike(ident) ? 'uuid' : 'hostname';
    const [row, second] = await this.db.read<ComputeNodeRow>(`SELECT * FROM compute_node WHERE ${column} = ? LIMIT 2`, [ident]);
    if (!row) throw new ComputeNodeNotFoundError(ident);
    if (second) throw new AmbiguousNameError('compute node', ident);
    return row;
  }

  /** @param query.sortKey a column, never null in any row @throws ComputeNodeNotFoundError for an unknown marker */
  async list(query: PageQuery): Promise<ComputeNodeRow[]> {
    const compare = query.descending ? '<' : '>';
    const direction = query.descending ? 'DESC' : 'ASC';
    let condition = '';
    const params: SqlValue[] = [];
    if (query.marker !== null) {
      const marker = await this.find(query.marker);
      const value = (marker as unknown as Record<string, SqlValue>)[query.sortKey] ?? null;
      condition = `WHERE ${query.sortKey} ${compare} ? OR (${query.sortKey} = ? AND uuid ${compare} ?)`;
      params.push(value, value, marker.uuid);
    }
    return this.db.read<ComputeNodeRow>(
      `SELECT * FROM compute_node ${condition} ORDER BY ${query.sortKey} ${direction}, uuid ${direction} LIMIT ${query.limit}`,
      params,
    );
  }

  async services(): Promise<ZunServiceRow[]> {
    return this.db.read<ZunServiceRow>('SELECT * FROM zun_service ORDER BY id');
  }

  /** Names of the hosts whose agent is up. @param downTimeS see {@link isServiceUp} */
  async namesOfUp(nowMs: number, downTimeS: number): Promise<string[]> {
    const services = await this.services();
    return services.filter((service) => isServiceUp(service, nowMs, downTimeS)).map(({ host }) => host);
  }

  /** The zones of all agents, each once; null where an agent has none. */
  async zones(): Promise<(string | null)[]> {
    const rows = await this.db.read<{ zone: string | null }>('SELECT DISTINCT availability_zone AS zone FROM zun_service');
    return rows.map(({ zone }) => zone);
  }

  async service(host: string, binary = COMPUTE_BINARY): Promise<ZunServiceRow | null> {
    const [row] = await this.db.read<ZunServiceRow>('SELECT * FROM zun_service WHERE host = ? AND `binary` = ?', [host, binary]);
    return row ?? null;
  }

  /** @returns false when there is no such service */
  async changeService(
    host: string,
    binary: string,
    change: Partial<Pick<ZunServiceRow, 'disabled' | 'disabled_reason' | 'forced_down'>>,
  ): Promise<boolean> {
    const columns: Record<string, SqlValue> = { ...change, updated_at: toUtcTime(this.clock.now()) };
    const set = Object.keys(columns).map((column) => `${column} = ?`);
    const { affected } = await this.db.transaction((tx) =>
      tx.execute(`UPDATE zun_service SET ${set.join(', ')} WHERE host = ? AND \`binary\` = ?`, [
        ...Object.values(columns),
        host,
        binary,
      ]),
    );
    return affected === 1;
  }

  /** The row comes back when the agent starts again. @returns false when there is no such service */
  async deleteService(host: string, binary: string): Promise<boolean> {
    const { affected } = await this.db.transaction((tx) =>
      tx.execute('DELETE FROM zun_service WHERE host = ? AND `binary` = ?', [host, binary]),
    );
    return affected === 1;
  }
}

/**
 * Whether an agent is up: not forced down, and heard of within `downTimeS` seconds.
 * @param nowMs milliseconds since the epoch
 */
export function isServiceUp(service: ZunServiceRow, nowMs: number, downTimeS: number): boolean {
  const seen = service.last_seen_up ?? service.updated_at ?? service.created_at;
  return service.forced_down === 0 && Math.abs(nowMs - fromUtcTime(seen)) <= downTimeS * 1000;
}

async function beat(tx: Transaction, report: HostHeartbeat, now: string): Promise<void> {
  const { affected } = await tx.execute(
    `UPDATE zun_service SET report_count = report_count + 1, last_seen_up = ?, availability_zone = ?, updated_at = ?
       WHERE host = ? AND \`binary\` = ?`,
    [now, report.availabilityZone, now, report.host, COMPUTE_BINARY],
  );
  if (affected === 1) return;
  await tx.insertIfAbsent('zun_service', {
    host: report.host,
    binary: COMPUTE_BINARY,
    report_count: 1,
    last_seen_up: now,
    availability_zone: report.availabilityZone,
    created_at: now,
  });
}

async function recordInventory(tx: Transaction, inventory: HostInventory, engineUp: boolean, now: string): Promise<void> {
  const columns: Record<string, SqlValue> = {
    cpus: inventory.cpus,
    mem_total_mib: inventory.memTotalMib,
    mem_available_mib: inventory.memAvailableMib,
    disk_total_gib: inventory.diskTotalGib,
    disk_quota_supported: Number(inventory.diskQuotaSupported),
    total_containers: inventory.totalContainers,
    architecture: inventory.architecture.slice(0, 32),
    os_type: inventory.osType.slice(0, 32),
    os: inventory.os.slice(0, 255),
    kernel_version: inventory.kernelVersion.slice(0, 128),
    labels: JSON.stringify(inventory.labels),
    runtimes: JSON.stringify(inventory.runtimes),
    enable_cpu_pinning: Number(inventory.enableCpuPinning),
    cpu_topology: toJson(inventory.cpuTopology),
    engine_up: Number(engineUp),
    limit_cpu_micro: toMicro(inventory.limits.cpu),
    limit_memory_mib: Math.floor(inventory.limits.memoryMib),
    limit_disk_gib: Math.floor(inventory.limits.diskGib),
  };
  const set = Object.keys(columns).map((column) => `${column} = ?`);
  const { affected } = await tx.execute(`UPDATE compute_node SET ${set.join(', ')}, updated_at = ? WHERE hostname = ?`, [
    ...Object.values(columns),
    now,
    inventory.hostname,
  ]);
  if (affected === 1) return;
  await tx.insertIfAbsent('compute_node', { ...columns, uuid: randomUUID(), hostname: inventory.hostname, created_at: now });
}
