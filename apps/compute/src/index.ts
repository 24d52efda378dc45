export { ComputeModule } from './compute.module.js';
export { createDrivers } from './drivers.js';
export { computeOptions, type ComputeOptions, type InventoryOptions, type ResourcePolicy } from './options.js';
export { PARTS, type ComputeParts } from './parts.js';
export { startCompute, startComputeWith, type RunningCompute } from './start-compute.js';
