import { Controller, Inject, Param } from '@nestjs/common';
import { ComputeNodeRow, fromMicro, HostStore } from '@zun/persistence';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { nextPage, parsePage } from '../http/paging.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** Fields of a host as the API names them → columns. */
const SORT_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['id', 'id'],
  ['uuid', 'uuid'],
  ['hostname', 'hostname'],
  ['mem_total', 'mem_total_mib'],
  ['mem_used', 'claimed_memory_mib'],
  ['cpus', 'cpus'],
  ['cpu_used', 'claimed_cpu_micro'],
  ['disk_total', 'disk_total_gib'],
  ['disk_used', 'claimed_disk_gib'],
  ['total_containers', 'total_containers'],
  ['architecture', 'architecture'],
  ['os_type', 'os_type'],
  ['os', 'os'],
  ['kernel_version', 'kernel_version'],
  ['created_at', 'created_at'],
]);

function present(row: ComputeNodeRow, origin: string): Record<string, unknown> {
  return {
    uuid: row.uuid,
    links: [
      { href: `${origin}/v1/hosts/${row.uuid}`, rel: 'self' },
      { href: `${origin}/hosts/${row.uuid}`, rel: 'bookmark' },
    ],
    hostname: row.hostname,
    mem_total: row.mem_total_mib,
    mem_used: row.claimed_memory_mib,
    cpus: row.cpus,
    cpu_used: fromMicro(row.claimed_cpu_micro),
    disk_total: row.disk_total_gib,
    disk_used: row.claimed_disk_gib,
    disk_quota_supported: row.disk_quota_supported === 1,
    total_containers: row.total_containers,
    architecture: row.architecture,
    os_type: row.os_type,
    os: row.os,
    kernel_version: row.kernel_version,
    labels: JSON.parse(row.labels) as unknown,
    runtimes: JSON.parse(row.runtimes) as unknown,
    enable_cpu_pinning: row.enable_cpu_pinning === 1,
  };
}

/** Hosts, for administrators. */
@Controller()
export class HostsController {
  constructor(
    private readonly hosts: HostStore,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ServesOperation('listHosts')
  async list(@Call() call: ApiCall): Promise<string> {
    const page = parsePage(call.params, {
      maxLimit: this.options.maxLimit,
      defaultSortKey: 'hostname',
      isSortKey: (key) => SORT_COLUMNS.has(key),
    });
    const rows = await this.hosts.list({ ...page, sortKey: SORT_COLUMNS.get(page.sortKey)! });
    const next = nextPage(`${call.origin}/v1/hosts`, page, rows.length, rows.at(-1)?.uuid);
    return JSON.stringify({ hosts: rows.map((row) => present(row, call.origin)), next });
  }

  @ServesOperation('showHost')
  async show(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return JSON.stringify(present(await this.hosts.find(ident), call.origin));
  }
}
