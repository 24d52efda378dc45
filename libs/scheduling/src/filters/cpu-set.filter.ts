import { chooseDedicated } from '@zun/domain';
import type { Filter } from '../filter.js';

/**
 * Dedicated processors come from one NUMA node of a host that has them to give. On such a host the others share what is not to
 * be given, `floating_cpu_set`; without it they do not go there. Always applied: the claim would be refused otherwise.
 */
export const cpuSetFilter: Filter = {
  name: 'CpuSetFilter',
  reason: 'has no processors to dedicate, or none to share',
  hostPasses: ({ inventory: { enableCpuPinning, cpuTopology }, pinnedCpus }, { claim, cpuPolicy }) => {
    const topology = enableCpuPinning ? cpuTopology : undefined;
    if (cpuPolicy === 'shared') return !topology || topology.floating.length > 0;
    return (
      topology !== undefined && chooseDedicated(topology, pinnedCpus, { cpus: claim.cpu, memoryMib: claim.memoryMib }) !== null
    );
  },
};
