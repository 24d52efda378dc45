import { DATABASE_URL_RULE, maskDatabaseUrl, parseDatabaseUrl } from '../database-url.js';
import { ignored, section } from '../option.js';
import { integer, parsed } from '../option-types.js';

export const database = section('Where the records are. Compute services do not use it.', {
  connection: parsed(
    {
      default: 'sqlite:///${DEFAULT.state_path}/zun.sqlite',
      secret: true,
      help: 'The database, in the form of SQLAlchemy and oslo.db. SQLite is for the embedded footprint.',
      aliases: ['sql_connection'],
    },
    { type: 'database url', rule: DATABASE_URL_RULE, parse: parseDatabaseUrl, mask: maskDatabaseUrl },
  ),
  max_pool_size: integer({ default: '10', min: 1, help: 'The most connections of a process to MySQL or MariaDB.' }),
  backend: ignored('records are in SQL'),
  mysql_sql_mode: ignored('each session sets the mode that it needs'),
  mysql_enable_ndb: ignored('NDB tables are not used'),
  connection_recycle_time: ignored('connections are looked after on their own'),
  max_overflow: ignored('max_pool_size is the limit'),
  max_retries: ignored('connections are looked after on their own'),
  retry_interval: ignored('connections are looked after on their own'),
  min_pool_size: ignored('connections are made when needed'),
});
