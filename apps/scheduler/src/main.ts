import { DATABASE_COMMANDS, openDatabase } from '@zun/persistence';
import { runService } from '@zun/runner';
import { createTransport } from '@zun/transport';
import { startScheduler } from './start.js';

await runService(
  'zun-scheduler',
  async (config, logger) => {
    const transport = await createTransport(config.DEFAULT.transport_url, logger, { alone: true });
    const database = await openDatabase(config.database.connection, { poolSize: config.database.max_pool_size });
    const scheduler = await startScheduler({ config, database, transport, logger });
    return {
      close: async () => {
        await transport.close();
        await scheduler.close();
        await database.close();
      },
    };
  },
  { commands: DATABASE_COMMANDS },
);
