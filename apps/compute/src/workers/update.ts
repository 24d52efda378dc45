import type { Verb } from './verb.js';

/** Changes the container's limits. Leaves no step: Zun records none. */
export const update: Verb = (context) =>
  context.patiently(() => {
    const { spec, params } = context.message;
    const { cpu, memoryMib } = params;
    return context.engine.updateResources(spec.uuid, { cpu, memoryMib, memorySwap: context.options.memorySwap });
  });
