import type { HostSize } from '../../tools/lib/cluster/services.mjs';
import type { Sections } from '../../tools/lib/ini.mjs';
import type { RowDataPacket } from 'mysql2';
import { openBooks } from './books.js';
import type { TestCluster } from './cluster.js';
import { eventually } from './eventually.js';

/** Two hosts alike: whatever dies on one, the other could do. */
export const TWO_HOSTS: readonly HostSize[] = [
  { name: 'host-1', cpus: 8, memoryMib: 4096, diskGib: 40 },
  { name: 'host-2', cpus: 8, memoryMib: 4096, diskGib: 40 },
];

/** Every loop that repairs turns faster than an operator would have it, so that no test waits for it long. */
export const IMPATIENT: Sections = { scheduler: { reconcile_interval: 0.5, action_retry_after: 2 } };

/** Waits until every host says that its engine answers: before that, nothing is placed on it. */
export async function hostsAreReady(cluster: TestCluster): Promise<void> {
  await eventually(
    async () => {
      const connection = await openBooks(cluster);
      try {
        const [rows] = await connection.query<RowDataPacket[]>('SELECT hostname, engine_up FROM compute_node');
        return rows;
      } finally {
        await connection.end();
      }
    },
    (rows) => rows.length > 0 && rows.every(({ engine_up }) => engine_up === 1),
    { describe: 'every engine is reported up', intervalMs: 50 },
  );
}
