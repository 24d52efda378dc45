import { startApi } from '@zun/api';
import { startCompute } from '@zun/compute';
import { openDatabase } from '@zun/persistence';
import { runService } from '@zun/runner';
import { startScheduler } from '@zun/scheduler';
import { createTransport } from '@zun/transport';

/** The three services in one process; the only place that sees all of them. */
await runService('zun', async (config, logger) => {
  const transport = await createTransport(config.DEFAULT.transport_url, logger);
  const database = await openDatabase(config.database.connection, {
    upgrade: true,
    poolSize: config.database.max_pool_size,
  });
  const scheduler = await startScheduler({ config, database, transport, logger: logger.child({ part: 'scheduler' }) });
  const compute = await startCompute(config, transport, logger.child({ part: 'compute' }));
  const api = await startApi({ config, database, transport, logger: logger.child({ part: 'api' }) });
  return {
    close: async () => {
      await api.close();
      await compute.close();
      await transport.close();
      await scheduler.close();
      await database.close();
    },
  };
});
