import type { StatsSample } from '../api/types.js';
import { parseTime } from '../format/format.js';

/** What a chart shows at one moment. */
export interface Point {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Cores that it kept busy since the sample before; null for the first. */
  readonly cores: number | null;
  readonly memoryMib: number;
  readonly memoryLimitMib: number;
  /** Bytes a second since the sample before; null for the first. */
  readonly received: number | null;
  readonly sent: number | null;
}

/** What only ever grows while the container runs. */
interface Totals {
  readonly time: number;
  readonly cpuNs: number;
  readonly received: number;
  readonly sent: number;
}

const NS_PER_S = 1e9;

/** Five minutes of samples, one a second. */
const MAX_POINTS = 300;

/** Turns samples, whose processor time and traffic are totals, into points with rates. */
export class ChartSeries {
  private points: readonly Point[] = [];
  private before: Totals | null = null;

  /** @returns the points that are to be shown now */
  add(sample: StatsSample): readonly Point[] {
    const [received = 0, sent = 0] = sample['NET I/O(B)'].split('/').map(Number);
    const now = { time: parseTime(sample.time).getTime(), cpuNs: sample['CPU TIME(ns)'], received, sent };
    const cpuRate = this.rate(now, 'cpuNs');
    const point = {
      time: now.time,
      cores: cpuRate === null ? null : cpuRate / NS_PER_S,
      memoryMib: sample['MEM USAGE(MiB)'],
      memoryLimitMib: sample['MEM LIMIT(MiB)'],
      received: this.rate(now, 'received'),
      sent: this.rate(now, 'sent'),
    };
    this.before = now;
    this.points = [...this.points, point].slice(-MAX_POINTS);
    return this.points;
  }

  /** By the second. A total that has gone back was begun anew. */
  private rate(now: Totals, name: Exclude<keyof Totals, 'time'>): number | null {
    const { before } = this;
    if (!before || now.time <= before.time) return null;
    const more = now[name] < before[name] ? now[name] : now[name] - before[name];
    return (more / (now.time - before.time)) * 1000;
  }
}
