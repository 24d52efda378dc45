import type { StatsSample } from '@zun/domain';

const MIB = 2 ** 20;
const percent = (part: number, whole: number): number => (whole > 0 ? (part / whole) * 100 : 0);

/** One sample under Zun's keys. */
export function formatStats(name: string, sample: StatsSample): Record<string, string | number> {
  const used = sample.memoryUsageBytes - sample.memoryInactiveFileBytes;
  return {
    CONTAINER: name,
    'CPU %': percent(sample.cpuTotalUsage, sample.systemCpuUsage),
    'MEM USAGE(MiB)': used / MIB,
    'MEM LIMIT(MiB)': sample.memoryLimitBytes / MIB,
    'MEM %': percent(sample.memoryUsageBytes, sample.memoryLimitBytes),
    'BLOCK I/O(B)': `${sample.blockReadBytes}/${sample.blockWriteBytes}`,
    'NET I/O(B)': `${sample.netRxBytes}/${sample.netTxBytes}`,
  };
}
