import { DATABASE_COMMANDS, openDatabase } from '@zun/persistence';
import { runService } from '@zun/runner';
import { createTransport } from '@zun/transport';
import { startApi } from './start.js';

await runService(
  'zun-api',
  async (config, logger) => {
    const transport = await createTransport(config.DEFAULT.transport_url, logger, { alone: true });
    const database = await openDatabase(config.database.connection, { poolSize: config.database.max_pool_size });
    const api = await startApi({ config, database, transport, logger });
    return {
      close: async () => {
        await api.close();
        await transport.close();
        await database.close();
      },
    };
  },
  { commands: DATABASE_COMMANDS },
);
