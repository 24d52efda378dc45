import { readFile, statfs } from 'node:fs/promises';

export interface Memory {
  readonly totalMib: number;
  readonly availableMib: number;
}

const KIB_PER_MIB = 1024;
const GIB = 1024 ** 3;

/** @param meminfo the text of `/proc/meminfo` */
export function readMemory(meminfo: string): Memory {
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0);
  return { totalMib: Math.floor(kib('MemTotal') / KIB_PER_MIB), availableMib: Math.floor(kib('MemAvailable') / KIB_PER_MIB) };
}

/** What this machine has; an interface, so that tests need no machine. */
export interface Machine {
  memory(): Promise<Memory>;
  /** GiB of the file system that holds `path`, a fraction included. */
  diskGib(path: string): Promise<number>;
}

export const thisMachine: Machine = {
  memory: async () => readMemory(await readFile('/proc/meminfo', 'utf8')),
  diskGib: async (path) => {
    const { blocks, bsize } = await statfs(path);
    return (blocks * bsize) / GIB;
  },
};
