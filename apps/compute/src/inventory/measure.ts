import { readFile, readdir, statfs } from 'node:fs/promises';
import { parseCpuList, type NumaNode } from '@zun/domain';

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
  /** Its processors by the memory that they are next to; empty when it does not tell. */
  numaNodes(): Promise<readonly NumaNode[]>;
}

const NODES = '/sys/devices/system/node';
const ONLINE = '/sys/devices/system/cpu/online';

async function readNode(id: number, path: string): Promise<NumaNode> {
  const [cpus, meminfo] = await Promise.all([readFile(`${path}/cpulist`, 'utf8'), readFile(`${path}/meminfo`, 'utf8')]);
  // Its lines begin with the node: `Node 0 MemTotal: …`.
  const { totalMib } = readMemory(meminfo.replace(/^Node \d+ /gm, ''));
  return { id, cpus: parseCpuList(cpus) ?? [], memTotalMib: totalMib };
}

/** A kernel without NUMA has all in one. */
async function oneNode(): Promise<readonly NumaNode[]> {
  const cpus = parseCpuList(await readFile(ONLINE, 'utf8').catch(() => '')) ?? [];
  if (cpus.length === 0) return [];
  return [{ id: 0, cpus, memTotalMib: readMemory(await readFile('/proc/meminfo', 'utf8')).totalMib }];
}

export const thisMachine: Machine = {
  memory: async () => readMemory(await readFile('/proc/meminfo', 'utf8')),
  diskGib: async (path) => {
    const { blocks, bsize } = await statfs(path);
    return (blocks * bsize) / GIB;
  },
  numaNodes: async () => {
    const names = (await readdir(NODES).catch(() => [])).filter((name) => /^node\d+$/.test(name));
    if (names.length === 0) return oneNode();
    return Promise.all(names.map(async (name) => readNode(Number(name.slice(4)), `${NODES}/${name}`)));
  },
};
