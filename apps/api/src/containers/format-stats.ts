import type { StatsSample, TimedStatsSample } from '@zun/domain';
import { linesOf } from '../streams/lines.js';

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

/**
 * Samples under Zun's keys, one JSON object a line: each with its time, and with the processor time, as Zun's percentage is one of all the
 * time that the host has been up.
 * @param samples JSON of a {@link TimedStatsSample} a line, in pieces of any size
 */
export async function* statsLines(name: string, samples: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  for await (const line of linesOf(samples)) {
    const { time, ...sample } = JSON.parse(line) as TimedStatsSample;
    yield `${JSON.stringify({ ...formatStats(name, sample), 'CPU TIME(ns)': sample.cpuTotalUsage, time })}\n`;
  }
}
