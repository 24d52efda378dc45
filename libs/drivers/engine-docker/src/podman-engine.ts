import { DockerEngine } from './docker-engine.js';
import type { DockerEngineOptions, Ulimit } from './options.js';

/** What an unprivileged process may raise its limits to nearly everywhere. */
const SAFE_ULIMITS: readonly Ulimit[] = [
  { Name: 'nofile', Soft: 1024, Hard: 4096 },
  { Name: 'nproc', Soft: 4096, Hard: 4096 },
];

/**
 * Podman behind its Docker-compatible socket. What differs from Docker:
 * - limits must be given, as Podman asks for more than a confined host may grant, and no container then starts;
 * - a runtime is chosen when Podman's service is started, not for each container;
 * - events are named a little differently (`remove` for `destroy`), which nobody here depends on.
 */
export function podmanEngine(options: DockerEngineOptions): DockerEngine {
  return new DockerEngine({ ...options, quirks: { ulimits: SAFE_ULIMITS, ignoresRuntime: true, ...options.quirks } });
}
