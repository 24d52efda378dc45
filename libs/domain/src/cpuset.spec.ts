import { describe, expect, it } from 'vitest';
import { chooseDedicated, parseCpuList, type CpuTopology, type PinnedCpu } from './cpuset.js';

const TOPOLOGY: CpuTopology = {
  nodes: [
    { id: 0, cpus: [1, 2, 3], memTotalMib: 1000 },
    { id: 1, cpus: [5, 6], memTotalMib: 1000 },
  ],
  floating: [0, 4],
};
const pin = (cpu: number, node: number, container = 'c', memoryMib = 100): PinnedCpu => ({ cpu, node, container, memoryMib });

describe('chooseDedicated', () => {
  it('takes what is free of the node that has the fewest left', () => {
    expect(chooseDedicated(TOPOLOGY, [], { cpus: 2, memoryMib: 10 })).toEqual({ node: 1, cpus: [5, 6] });
    expect(chooseDedicated(TOPOLOGY, [pin(5, 1)], { cpus: 2, memoryMib: 10 })).toEqual({ node: 0, cpus: [1, 2] });
  });
  it('never takes from two nodes', () => {
    expect(chooseDedicated(TOPOLOGY, [pin(1, 0), pin(5, 1)], { cpus: 3, memoryMib: 10 })).toBeNull();
  });
  it('counts the memory of a container once, however many processors it has', () => {
    const pinned = [pin(5, 1, 'a', 600), pin(1, 0, 'b', 500), pin(2, 0, 'b', 500)];
    expect(chooseDedicated(TOPOLOGY, pinned, { cpus: 1, memoryMib: 500 })).toEqual({ node: 0, cpus: [3] });
    expect(chooseDedicated(TOPOLOGY, pinned, { cpus: 1, memoryMib: 501 })).toBeNull();
  });
});

describe('parseCpuList', () => {
  it.each([
    ['', []],
    ['0-2,8', [0, 1, 2, 8]],
    ['0-3,^2', [0, 1, 3]],
    [' 4 , 1\n', [1, 4]],
  ])('%j', (text, cpus) => expect(parseCpuList(text)).toEqual(cpus));
  it.each(['a', '3-1', '1-', '-1', '99999'])('refuses %j', (text) => expect(parseCpuList(text)).toBeNull());
});
