import { runService } from '@zun/runner';
import { createTransport } from '@zun/transport';
import { startScheduler } from './start.js';

await runService('zun-scheduler', async (config, logger) => {
  const url = config.DEFAULT.transport_url;
  if (url.kind === 'memory') {
    throw new Error(
      '[DEFAULT] transport_url is memory://, which reaches no other process: set rabbit://…, or run the embedded service',
    );
  }
  const transport = await createTransport(url, logger);
  const scheduler = await startScheduler(config, transport, logger);
  return {
    close: async () => {
      await scheduler.close();
      await transport.close();
    },
  };
});
