import type { TestCluster } from './cluster.js';

/** Something that can be killed, and come back. */
export interface Victim {
  readonly name: string;
  /** `kill -9`, sent before this returns; resolves when it is dead. */
  kill(cluster: TestCluster): Promise<unknown>;
  /** Resolves when it answers. */
  restart(cluster: TestCluster): Promise<unknown>;
}

/** These members of the cluster, at once. */
export function members(name: string, ...those: string[]): Victim {
  return {
    name,
    kill: (cluster) => Promise.all(those.map((member) => cluster.kill(member))),
    restart: (cluster) => Promise.all(those.map((member) => cluster.start(member))),
  };
}

/** The copy of the API that takes the requests of the tests. */
export const API = members('the API copy', 'api-1');
/** All of them: either may have the work in hand. */
export const SCHEDULERS = members('every scheduler', 'scheduler-1', 'scheduler-2');
export const COMPUTES = members('every compute service', 'compute-1', 'compute-2');
export const BROKER = members('the broker', 'rabbitmq');
/** Made to end its containers at its next start. */
export const ENGINE: Victim = {
  name: 'the engine',
  kill: ({ engine }) => engine.kill(),
  restart: ({ engine }) => engine.start(),
};
