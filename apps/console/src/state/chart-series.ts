import type { StatsSample } from '../api/types.js';
import { parseTime } from '../format/format.js';

/** What a chart shows at one moment. */
export interface Point {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Percent, as the API has it: of all processor time of the host. */
  readonly cpu: number;
  readonly memoryMib: number;
  readonly memoryLimitMib: number;
  /** Bytes a second since the sample before; null for the first. */
  readonly received: number | null;
  readonly sent: number | null;
}

interface Traffic {
  readonly time: number;
  readonly received: number;
  readonly sent: number;
}

/** Five minutes of samples, one a second. */
const MAX_POINTS = 300;

/** Turns samples, whose traffic is a total, into points with rates. */
export class ChartSeries {
  private points: readonly Point[] = [];
  private before: Traffic | null = null;

  /** @returns the points that are to be shown now */
  add(sample: StatsSample): readonly Point[] {
    const time = parseTime(sample.time).getTime();
    const [received = 0, sent = 0] = sample['NET I/O(B)'].split('/').map(Number);
    const point = {
      time,
      cpu: sample['CPU %'],
      memoryMib: sample['MEM USAGE(MiB)'],
      memoryLimitMib: sample['MEM LIMIT(MiB)'],
      received: this.rate(time, received, 'received'),
      sent: this.rate(time, sent, 'sent'),
    };
    this.before = { time, received, sent };
    this.points = [...this.points, point].slice(-MAX_POINTS);
    return this.points;
  }

  /** A counter that has gone back was begun anew. */
  private rate(time: number, total: number, name: 'received' | 'sent'): number | null {
    if (!this.before || time <= this.before.time) return null;
    const more = total < this.before[name] ? total : total - this.before[name];
    return (more / (time - this.before.time)) * 1000;
  }
}
