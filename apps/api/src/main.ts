import { openDatabase, runDatabaseCommand, takeDatabaseCommand } from '@zun/persistence';
import { runService } from '@zun/runner';
import { createTransport } from '@zun/transport';
import { startApi } from './start.js';

const { command, argv } = takeDatabaseCommand(process.argv.slice(2));

await runService(
  'zun-api',
  async (config, logger) => {
    const location = config.database.connection;
    if (command) {
      process.stdout.write(`${await runDatabaseCommand(command, location)}\n`);
      process.exit(0);
    }
    const transport = await createTransport(config.DEFAULT.transport_url, logger, { alone: true });
    const database = await openDatabase(location, { poolSize: config.database.max_pool_size });
    const api = await startApi({ config, database, transport, logger });
    return {
      close: async () => {
        await api.close();
        await transport.close();
        await database.close();
      },
    };
  },
  argv,
);
