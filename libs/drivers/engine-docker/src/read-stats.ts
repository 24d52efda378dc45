import type { StatsSample } from '@zun/driver-api';
import type Dockerode from 'dockerode';

/** @returns one sample in our terms; cgroup v1 and v2 differ in the name of the file cache. What is absent counts 0. */
export function readStats(stats: Dockerode.ContainerStats): StatsSample {
  const cache = (stats.memory_stats?.stats ?? {}) as unknown as Record<string, number | undefined>;
  const networks = Object.values(stats.networks ?? {});
  return {
    cpuTotalUsage: stats.cpu_stats?.cpu_usage?.total_usage ?? 0,
    systemCpuUsage: stats.cpu_stats?.system_cpu_usage ?? 0,
    memoryUsageBytes: stats.memory_stats?.usage ?? 0,
    memoryInactiveFileBytes: cache['total_inactive_file'] ?? cache['inactive_file'] ?? 0,
    memoryLimitBytes: stats.memory_stats?.limit ?? 0,
    blockReadBytes: blockBytes(stats, 'read'),
    blockWriteBytes: blockBytes(stats, 'write'),
    netRxBytes: networks.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
    netTxBytes: networks.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
  };
}

function blockBytes(stats: Dockerode.ContainerStats, operation: 'read' | 'write'): number {
  const entries = stats.blkio_stats?.io_service_bytes_recursive ?? [];
  return entries.filter(({ op }) => op.toLowerCase() === operation).reduce((sum, { value }) => sum + value, 0);
}
