import { ContainerNotFoundError } from '@zun/domain';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bytes } from './bytes.js';
import { LOGS, type ConformanceContext } from './context.js';

/** Verbs about a container that this host does not have. */
export function describeAbsence(context: ConformanceContext): void {
  const { create } = context;
  describe('a container that is not there', () => {
    const verbs: Record<string, (uuid: string) => Promise<unknown>> = {
      start: (uuid) => context.engine.start(uuid),
      stop: (uuid) => context.engine.stop(uuid, 1),
      restart: (uuid) => context.engine.restart(uuid, 1),
      pause: (uuid) => context.engine.pause(uuid),
      unpause: (uuid) => context.engine.unpause(uuid),
      kill: (uuid) => context.engine.kill(uuid, 'SIGKILL'),
      updateResources: (uuid) => context.engine.updateResources(uuid, { cpu: 1, memorySwap: -1 }),
      connect: (uuid) => context.engine.connect(uuid, { networkName: context.subject.networks[0] }),
      disconnect: (uuid) => context.engine.disconnect(uuid, context.subject.networks[0]),
      logs: (uuid) => context.engine.logs(uuid, LOGS),
      exec: (uuid) => context.engine.exec(uuid, { command: ['true'], interactive: false, timeoutMs: 1000 }),
      top: (uuid) => context.engine.top(uuid, null),
      stats: (uuid) => context.engine.stats(uuid),
      watchStats: (uuid) => context.engine.watchStats(uuid, new AbortController().signal),
      getArchive: (uuid) => context.engine.getArchive(uuid, '/tmp'),
      putArchive: (uuid) => context.engine.putArchive(uuid, '/tmp', bytes(Buffer.alloc(1024))),
    };
    it.each(Object.keys(verbs))('%s: not found', async (verb) => {
      await expect(verbs[verb]!(randomUUID())).rejects.toBeInstanceOf(ContainerNotFoundError);
    });
    it.each(Object.keys(verbs))("%s: another host's counts as not there", async (verb) => {
      const { uuid } = await create({}, context.subject.other);
      await expect(verbs[verb]!(uuid)).rejects.toBeInstanceOf(ContainerNotFoundError);
    });
  });
}
