import { runService } from '@zun/runner';
import { createTransport } from '@zun/transport';
import { startCompute } from './start-compute.js';

await runService('zun-compute', async (config, logger) => {
  const transport = await createTransport(config.DEFAULT.transport_url, logger, { alone: true });
  const compute = await startCompute(config, transport, logger);
  return {
    close: async () => {
      await compute.close();
      await transport.close();
    },
  };
});
