import type { EngineInfo } from '@zun/driver-api';

/** The fields of the engine's `info` that matter here. */
export interface InfoAnswer {
  readonly ServerVersion: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Architecture: string;
  readonly OSType: string;
  readonly OperatingSystem: string;
  readonly KernelVersion: string;
  readonly Labels?: readonly string[] | null;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly Containers: number;
  readonly DockerRootDir: string;
  readonly Driver: string;
  readonly DriverStatus?: readonly (readonly string[])[] | null;
  readonly SystemTime?: string;
}

/** @param mounts the text of `/proc/mounts` on the engine's machine; empty when it is not this one */
export function readInfo(info: InfoAnswer, mounts: string): EngineInfo {
  const runtimes = Object.keys(info.Runtimes ?? {});
  return {
    engineVersion: info.ServerVersion,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    architecture: info.Architecture,
    osType: info.OSType,
    os: info.OperatingSystem,
    kernelVersion: info.KernelVersion,
    labels: Object.fromEntries((info.Labels ?? []).map(splitLabel)),
    runtimes: runtimes.length > 0 ? runtimes : ['runc'],
    containers: info.Containers,
    rootDir: info.DockerRootDir,
    diskQuotaSupported: supportsDiskQuota(info, mounts),
  };
}

function splitLabel(label: string): [key: string, value: string] {
  const equals = label.indexOf('=');
  return equals === -1 ? [label, ''] : [label.slice(0, equals), label.slice(equals + 1)];
}

const DRIVERS_WITH_QUOTA = ['devicemapper', 'windowsfilter', 'zfs', 'btrfs'];

/** Which storage drivers can limit a container's disk; overlay2 only on XFS mounted with project quotas. */
function supportsDiskQuota(info: InfoAnswer, mounts: string): boolean {
  if (DRIVERS_WITH_QUOTA.includes(info.Driver)) return true;
  if (info.Driver !== 'overlay2') return false;
  const backing = info.DriverStatus?.find(([name]) => name === 'Backing Filesystem')?.[1];
  return backing === 'xfs' && /\b(pquota|prjquota)\b/.test(mountOptions(mounts, info.DockerRootDir));
}

/** Options of the mount that holds `path`: the longest mount point that is a prefix of it. */
function mountOptions(mounts: string, path: string): string {
  let best: { point: string; options: string } = { point: '', options: '' };
  for (const line of mounts.split('\n')) {
    const [, point = '', , options = ''] = line.split(' ');
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    if (point && holds && point.length >= best.point.length) best = { point, options };
  }
  return best.options;
}
