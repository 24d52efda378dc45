import { Problem } from './problem.mjs';

const MINIMUM = [20, 19];

/**
 * How our services are started. Newer releases of Node let a process that passes much on keep more garbage before they look at it: with as much as
 * Node 20 allows, a service stays some fifty MiB smaller.
 */
export const SERVICE_FLAGS = ['--max-semi-space-size=16'];

/** Node's version, when it is new enough. */
export function demandNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantMajor = 0, wantMinor = 0] = MINIMUM;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return process.versions.node;
  throw new Problem(
    `Node ${process.versions.node} is too old: ${MINIMUM.join('.')} or newer is needed.`,
    'Install a current Node LTS (see https://nodejs.org) and run this command again.',
  );
}
