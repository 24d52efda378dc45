import { podmanEngine } from '@zun/engine-docker';
import { describeContainerEngine, type EngineUnderTest } from '@zun/testing/conformance';
import { afterAll, describe, it } from 'vitest';
import { hasPodman, PodmanService } from './podman-service.js';
import { ensureBusybox, ensureNetworks, IMAGE, NETWORKS } from './real-engine.js';

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
    };
  };
  describeContainerEngine('podman', make, {
    lacks: {
      updateResources: 'podman before release 5 has no such call',
      portsWithoutNetwork: 'podman forgets them',
    },
  });
} else {
  describe('container engine: podman', () => it.skip('podman is not installed on this machine', () => undefined));
}
