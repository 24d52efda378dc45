/** Processors that share their memory. */
export interface NumaNode {
  readonly id: number;
  /** Those that may be dedicated. */
  readonly cpus: readonly number[];
  readonly memTotalMib: number;
}

/** How the processors of a host that dedicates them are laid out. */
export interface CpuTopology {
  readonly nodes: readonly NumaNode[];
  /** Those that containers share. */
  readonly floating: readonly number[];
}

/** Where a container's processes may run, in the engine's (and the kernel's) notation. */
export interface Cpuset {
  /** E.g. `0-1,4`. */
  readonly cpus: string;
  /** NUMA nodes whose memory they may have; empty: any. */
  readonly mems: string;
}

/** One processor that a container has for itself. */
export interface PinnedCpu {
  readonly cpu: number;
  readonly node: number;
  readonly container: string;
  /** MiB that the container claims altogether. */
  readonly memoryMib: number;
}

/**
 * Chooses processors of one NUMA node that nobody has yet; of several such nodes the one with the fewest left, so that large
 * containers still find theirs.
 * @returns null when no node has so many, or the memory
 */
export function chooseDedicated(
  topology: CpuTopology,
  pinned: readonly PinnedCpu[],
  wanted: { readonly cpus: number; readonly memoryMib: number },
): { readonly node: number; readonly cpus: readonly number[] } | null {
  const taken = new Set(pinned.map(({ cpu }) => cpu));
  const nodes = topology.nodes
    .map((node) => ({ ...node, free: node.cpus.filter((cpu) => !taken.has(cpu)) }))
    .filter(({ id, free, memTotalMib }) => {
      return free.length >= wanted.cpus && memTotalMib - memoryUsedOn(id, pinned) >= wanted.memoryMib;
    })
    .sort((a, b) => a.free.length - b.free.length || a.id - b.id);
  const [best] = nodes;
  return best ? { node: best.id, cpus: best.free.slice(0, wanted.cpus) } : null;
}

function memoryUsedOn(node: number, pinned: readonly PinnedCpu[]): number {
  const byContainer = new Map(pinned.filter((pin) => pin.node === node).map((pin) => [pin.container, pin.memoryMib]));
  return [...byContainer.values()].reduce((sum, mib) => sum + mib, 0);
}

/**
 * Reads the kernel's list of processors, such as `0-3,8`; `^2` takes one out again, as in Nova's options.
 * @returns null when it is no such list
 */
export function parseCpuList(text: string): number[] | null {
  const cpus = new Set<number>();
  const excluded = new Set<number>();
  for (const part of text.split(',').map((word) => word.trim())) {
    if (part === '') continue;
    const [, not, first = '', last = first] = /^(\^?)(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    if (first === '' || Number(last) < Number(first)) return null;
    for (let cpu = Number(first); cpu <= Number(last); cpu++) (not ? excluded : cpus).add(cpu);
  }
  return [...cpus].filter((cpu) => !excluded.has(cpu)).sort((a, b) => a - b);
}

/** `[0, 1, 4]` → `0,1,4`. */
export function formatCpuList(cpus: readonly number[]): string {
  return cpus.join(',');
}
