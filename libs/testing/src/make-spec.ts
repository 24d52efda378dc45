import { defaultNetworkOf, type ContainerSpec } from '@zun/domain';
import { randomUUID } from 'node:crypto';

/** A valid container specification; a test sets only what it is about. */
export function makeSpec(over: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    uuid: randomUUID(),
    name: 'test',
    projectId: 'p1',
    userId: 'u1',
    image: 'busybox',
    imageDriver: 'docker',
    imagePullPolicy: null,
    command: ['sleep', '600'],
    entrypoint: null,
    environment: {},
    labels: {},
    workdir: null,
    hostname: null,
    cpu: 0,
    cpuPolicy: 'shared',
    memoryMib: 0,
    diskGib: 0,
    interactive: false,
    tty: false,
    autoRemove: false,
    autoHeal: false,
    privileged: false,
    runtime: null,
    restartPolicy: null,
    healthcheck: null,
    exposedPorts: null,
    networks: [{ network: defaultNetworkOf(over.projectId ?? 'p1') }],
    securityGroups: [],
    ...over,
  };
}
