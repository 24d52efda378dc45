import { runService } from '@zun/runner';
import { createTransport } from '@zun/transport';
import { startCompute } from './start-compute.js';

await runService('zun-compute', async (config, logger) => {
  const url = config.DEFAULT.transport_url;
  if (url.kind === 'memory') {
    throw new Error(
      '[DEFAULT] transport_url is memory://, which reaches no other process: set rabbit://…, or run the embedded service',
    );
  }
  const transport = await createTransport(url, logger);
  const compute = await startCompute(config, transport, logger);
  return {
    close: async () => {
      await compute.close();
      await transport.close();
    },
  };
});
