import { podmanEngine } from '@zun/engine-docker';
import { describeContainerEngine, type EngineUnderTest } from '@zun/testing/conformance';
import { afterAll, describe, it } from 'vitest';
import { hasPodman, PodmanService } from './podman-service.js';
import { ADDRESS, ensureBusybox, ensureNetworks, IMAGE, NETWORKS } from './real-engine.js';

if (await hasPodman()) {
  const service = new PodmanService();
  afterAll(() => service.stop());
  const make = async (): Promise<EngineUnderTest> => {
    const apiUrl = await service.start();
    await ensureBusybox(apiUrl);
    const engine = podmanEngine({ apiUrl, host: 'conformance-a' });
    await ensureNetworks(engine.networks);
    return {
      engine,
      other: podmanEngine({ apiUrl, host: 'conformance-b' }),
      host: 'conformance-a',
      image: IMAGE,
      networks: NETWORKS,
      address: ADDRESS,
    };
  };
  describeContainerEngine('podman', make, {
    lacks: {
      updateResources: 'podman before release 5 has no such call',
      portsWithoutNetwork: 'podman forgets them',
      takenAddress: 'podman 4 notes it all the same, and then neither inspects nor removes the container',
      networkAfterNone: 'podman makes such a container without a place for one',
    },
  });
} else {
  describe('container engine: podman', () => it.skip('podman is not installed on this machine', () => undefined));
}
