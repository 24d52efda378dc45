export { DockerEngine } from './docker-engine.js';
export type { DockerEngineOptions, EngineQuirks, EngineTls, Ulimit } from './options.js';
export { podmanEngine } from './podman-engine.js';
