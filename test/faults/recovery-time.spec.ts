import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../lib/api-client.js';
import { comesToRest, openBooks } from '../lib/books.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { COUNTS_STARTS, watchEngine } from '../lib/engine-watch.js';
import { eventually } from '../lib/eventually.js';
import { TWO_HOSTS } from '../lib/two-hosts.js';

/** With the options as they come. */
describe('work that somebody died over goes on', () => {
  let cluster: TestCluster;
  let database: Connection;
  let demo: ApiClient;

  beforeAll(async () => {
    cluster = await testCluster({ hosts: TWO_HOSTS });
    database = await openBooks(cluster);
    demo = await cluster.client('demo');
  });

  afterEach(async () => {
    await comesToRest(cluster);
    await demo.deleteAll();
  });

  afterAll(async () => {
    await database?.end();
    await cluster?.leave();
  });

  /** Asks for containers while somebody is killed. @returns their uuids */
  function ask(count: number): Promise<string[]> {
    const requests = Array.from({ length: count }, (_, n) => ({
      image: 'busybox',
      command: COUNTS_STARTS,
      name: `patient-${n}`,
    }));
    return Promise.all(requests.map(async (request) => (await demo.run(request)).uuid));
  }

  it('within 5 seconds of the return of a compute service', async () => {
    let death: Promise<unknown> | undefined;
    const computes = ['compute-1', 'compute-2'];
    const watch = await watchEngine(cluster.engine, (action) => {
      if (action === 'create') death ??= Promise.all(computes.map((name) => cluster.kill(name)));
    });
    const uuids = await ask(4);
    await eventually(() => death !== undefined, Boolean, { describe: 'the first is created on the engine', intervalMs: 5 });
    await death;
    watch.close();
    await Promise.all(computes.map((name) => cluster.start(name)));
    await Promise.all(uuids.map((uuid) => demo.reaches(uuid, 'Running', 5_000)));
  });

  it('within 7 seconds of the death of one of two schedulers, which stays dead', async () => {
    const asking = ask(8);
    await eventually(
      async () => (await database.query<RowDataPacket[]>('SELECT 1 FROM allocation LIMIT 1'))[0],
      (rows) => rows.length > 0,
      { describe: 'the first has its claim', intervalMs: 1 },
    );
    await cluster.kill('scheduler-1');
    const died = performance.now();
    const uuids = await asking;
    await Promise.all(uuids.map((uuid) => demo.reaches(uuid, 'Running', 7_000 - (performance.now() - died))));
    await cluster.start('scheduler-1');
  });

  it('within 7 seconds of the death of the copy of the API that acknowledged it', async () => {
    const uuids = await ask(4);
    await Promise.all(uuids.map((uuid) => demo.reaches(uuid, 'Running')));
    // What it did not send any more is what a copy leaves that dies between its commit and its message.
    await database.query('UPDATE container SET task_state = ? WHERE uuid IN (?)', ['container_stopping', uuids]);
    await database.query(
      `INSERT INTO container_action (container_uuid, action, request_id, user_id, project_id, start_time, params, hinted_at)
         SELECT container_uuid, 'stop', request_id, user_id, project_id, UTC_TIMESTAMP(6), '{}', UTC_TIMESTAMP(6)
         FROM container_action WHERE container_uuid IN (?)`,
      [uuids],
    );
    await Promise.all(uuids.map((uuid) => demo.reaches(uuid, 'Stopped', 7_000)));
    expect((await demo.containers()).map(({ status }) => status)).toEqual(uuids.map(() => 'Stopped'));
  });
});
