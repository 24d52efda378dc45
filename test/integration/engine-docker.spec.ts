import { DockerEngine } from '@zun/engine-docker';
import { describeContainerEngine } from '@zun/testing/conformance';
import { afterAll } from 'vitest';
import { ADDRESS, dockerSocket, ensureBusybox, ensureNetworks, IMAGE, NETWORKS, removeNetworks } from './real-engine.js';

afterAll(() => removeNetworks(new DockerEngine({ apiUrl: dockerSocket(), host: 'conformance-a' }).networks));

describeContainerEngine('docker', async () => {
  const apiUrl = dockerSocket();
  await ensureBusybox(apiUrl);
  const engine = new DockerEngine({ apiUrl, host: 'conformance-a' });
  await ensureNetworks(engine.networks);
  return {
    engine,
    other: new DockerEngine({ apiUrl, host: 'conformance-b' }),
    host: 'conformance-a',
    image: IMAGE,
    networks: NETWORKS,
    address: ADDRESS,
  };
});
