/** What a command in a container printed, and how it ended. */
export interface ExecResult {
  /** Standard output and error as they came. */
  readonly output: string;
  readonly exitCode: number;
}

/** A container's processes, as `ps` shows them. */
export interface TopResult {
  readonly titles: readonly string[];
  readonly processes: readonly (readonly string[])[];
}

/** One sample of a container's use of its host; bytes, and cpu in the engine's units. */
export interface StatsSample {
  readonly cpuTotalUsage: number;
  readonly systemCpuUsage: number;
  readonly memoryUsageBytes: number;
  readonly memoryInactiveFileBytes: number;
  readonly memoryLimitBytes: number;
  readonly blockReadBytes: number;
  readonly blockWriteBytes: number;
  readonly netRxBytes: number;
  readonly netTxBytes: number;
}

/** A sample, and when it was taken. */
export interface TimedStatsSample extends StatsSample {
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** What an engine knows of a file in a container, in Docker's words. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** As Go writes it: permission bits, and above them what kind of file it is. */
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}
