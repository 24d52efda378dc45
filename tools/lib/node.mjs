import { Problem } from './problem.mjs';

const MINIMUM = [20, 19];

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
