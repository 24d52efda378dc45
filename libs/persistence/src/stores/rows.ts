import type { ActionEntry, ContainerRecord, CpuTopology, HostInventory } from '@zun/domain';
import type { ComputeNodeRow, ContainerActionRow, ContainerRow } from '../entities/index.js';

const MICRO = 1_000_000;

/** Cores to millionths of a core. */
export function toMicro(cpu: number): number {
  return Math.round(cpu * MICRO);
}

export function fromMicro(micro: number): number {
  return micro / MICRO;
}

function json<T>(text: string | null, otherwise: T): T {
  return text === null ? otherwise : (JSON.parse(text) as T);
}

/** JSON text of a value; null for null and undefined. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** What a tenant asked of placement; stored, never shown. */
export interface PlacementRequest {
  readonly availabilityZone: string | null;
  readonly host: string | null;
  readonly hints: Readonly<Record<string, string>>;
}

export function toPlacementRequest(row: ContainerRow): PlacementRequest {
  return json<PlacementRequest>(row.placement_request, { availabilityZone: null, host: null, hints: {} });
}

export function toContainerRecord(row: ContainerRow): ContainerRecord {
  return {
    uuid: row.uuid,
    name: row.name,
    projectId: row.project_id,
    userId: row.user_id,
    image: row.image,
    imageDriver: row.image_driver,
    imagePullPolicy: row.image_pull_policy,
    committedImage: row.committed_image,
    glanceImage: row.glance_image,
    command: json(row.requested_command, null),
    entrypoint: json(row.requested_entrypoint, null),
    environment: json(row.environment, {}),
    labels: json(row.labels, {}),
    workdir: row.workdir,
    hostname: row.hostname,
    cpu: row.cpu,
    cpuPolicy: row.cpu_policy,
    memoryMib: row.memory_mib,
    diskGib: row.disk_gib,
    interactive: row.interactive === 1,
    tty: row.tty === 1,
    autoRemove: row.auto_remove === 1,
    autoHeal: row.auto_heal === 1,
    privileged: row.privileged === 1,
    runtime: row.runtime,
    restartPolicy: json(row.restart_policy, null),
    healthcheck: json(row.healthcheck, null),
    exposedPorts: json(row.exposed_ports, null),
    networks: json(row.requested_networks, []),
    securityGroups: json(row.security_groups, []),
    host: row.host,
    status: row.status,
    statusReason: row.status_reason,
    statusDetail: row.status_detail,
    taskState: row.task_state,
    addresses: json(row.addresses, null),
    ports: json(row.ports, null),
    registryId: row.registry_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toActionEntry(row: ContainerActionRow): ActionEntry {
  return {
    id: Number(row.id),
    action: row.action,
    requestId: row.request_id,
    params: json(row.params, {}),
    baselineStartedAt: row.baseline_started_at,
  };
}

/** A host with what is claimed of it, as a scheduler sees it. */
export interface HostState {
  readonly inventory: HostInventory;
  readonly engineUp: boolean;
  readonly claimed: { readonly cpu: number; readonly memoryMib: number; readonly diskGib: number };
}

export function toHostState(row: ComputeNodeRow): HostState {
  return {
    engineUp: row.engine_up === 1,
    claimed: {
      cpu: fromMicro(row.claimed_cpu_micro),
      memoryMib: row.claimed_memory_mib,
      diskGib: row.claimed_disk_gib,
    },
    inventory: {
      hostname: row.hostname,
      cpus: row.cpus,
      memTotalMib: row.mem_total_mib,
      memAvailableMib: row.mem_available_mib,
      diskTotalGib: row.disk_total_gib,
      diskQuotaSupported: row.disk_quota_supported === 1,
      totalContainers: row.total_containers,
      architecture: row.architecture,
      osType: row.os_type,
      os: row.os,
      kernelVersion: row.kernel_version,
      labels: json(row.labels, {}),
      runtimes: json(row.runtimes, []),
      enableCpuPinning: row.enable_cpu_pinning === 1,
      ...(row.cpu_topology === null ? {} : { cpuTopology: JSON.parse(row.cpu_topology) as CpuTopology }),
      limits: {
        cpu: fromMicro(row.limit_cpu_micro),
        memoryMib: row.limit_memory_mib,
        diskGib: row.limit_disk_gib,
      },
    },
  };
}
