import { podmanEngine } from '@zun/engine-docker';
import { describeContainerEngine } from '@zun/testing/conformance';
import { afterAll, describe, it } from 'vitest';
import { hasPodman, PodmanService } from './podman-service.js';
import { ensureBusybox, IMAGE } from './real-engine.js';

if (await hasPodman()) {
  const service = new PodmanService();
  afterAll(() => service.stop());
  describeContainerEngine('podman', async () => {
    const apiUrl = await service.start();
    await ensureBusybox(apiUrl);
    return {
      engine: podmanEngine({ apiUrl, host: 'conformance-a' }),
      other: podmanEngine({ apiUrl, host: 'conformance-b' }),
      host: 'conformance-a',
      image: IMAGE,
    };
  });
} else {
  describe('container engine: podman', () => it.skip('podman is not installed on this machine', () => undefined));
}
