import { DockerEngine } from '@zun/engine-docker';
import { describeContainerEngine } from '@zun/testing/conformance';
import { dockerSocket, ensureBusybox, IMAGE } from './real-engine.js';

describeContainerEngine('docker', async () => {
  const apiUrl = dockerSocket();
  await ensureBusybox(apiUrl);
  return {
    engine: new DockerEngine({ apiUrl, host: 'conformance-a' }),
    other: new DockerEngine({ apiUrl, host: 'conformance-b' }),
    host: 'conformance-a',
    image: IMAGE,
  };
});
