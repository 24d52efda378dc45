import { randomUUID } from 'node:crypto';

const BATCH = 500;
/** Rows of one statement that the database makes by itself. */
const CHUNK = 50_000;

/**
 * Rows of containers that never ran, for reads to read.
 * @param {import('mysql2/promise').Connection} connection
 * @param {{ projectId: string, userId: string, count: number }} options
 */
export async function seedContainers(connection, { projectId, userId, count }) {
  const [found] = await connection.query('SELECT COUNT(*) AS n FROM container WHERE project_id = ?', [projectId]);
  const there = Number(/** @type {{ n: number }[]} */ (found)[0]?.n);
  for (let made = there; made < count; made += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - made) }, (_, index) => rowOf(projectId, userId, made + index));
    const columns = Object.keys(rows[0] ?? {});
    await connection.query(`INSERT INTO container (${columns.join(', ')}) VALUES ?`, [rows.map((row) => Object.values(row))]);
  }
}

/**
 * The same by the hundred thousand: the database multiplies one row.
 * @param {import('mysql2/promise').Connection} connection
 * @param {{ projectId: string, userId: string, count: number, say: import('../steps.mjs').Say }} options
 */
export async function seedMany(connection, { projectId, userId, count, say }) {
  const [found] = await connection.query('SELECT COUNT(*) AS n FROM container WHERE project_id = ?', [projectId]);
  const there = Number(/** @type {{ n: number }[]} */ (found)[0]?.n);
  const row = Object.entries(rowOf(projectId, userId, 0)).filter(([column]) => column !== 'uuid' && column !== 'name');
  const columns = row.map(([column]) => column);
  for (let made = there; made < count; made += CHUNK) {
    const last = Math.min(count, made + CHUNK);
    await connection.query(
      `INSERT INTO container (uuid, name, ${columns.join(', ')})
       SELECT UUID(), CONCAT('many-', seq), ${columns.map(() => '?').join(', ')} FROM seq_${made + 1}_to_${last}`,
      row.map(([, value]) => value),
    );
    say(`${last.toLocaleString('en')} rows`);
  }
  await connection.query('ANALYZE TABLE container');
}

/**
 * @param {string} projectId
 * @param {string} userId
 * @param {number} number
 */
function rowOf(projectId, userId, number) {
  return {
    uuid: randomUUID(),
    project_id: projectId,
    user_id: userId,
    name: `seeded-${number}`,
    image: 'busybox:latest',
    image_driver: 'docker',
    command: '["sleep","1000000"]',
    entrypoint: '[]',
    environment: '{"LANG":"C.UTF-8","ROLE":"worker"}',
    labels: '{"app":"seeded","tier":"backend"}',
    hostname: 'f911830888c0',
    cpu: 0.1,
    cpu_policy: 'shared',
    memory_mib: 64,
    disk_gib: 0,
    restart_policy: '{"Name":"no","MaximumRetryCount":"0"}',
    status: 'Error',
    status_reason: 'Seeded for the benchmark.',
    status_detail: null,
    addresses: `{"${randomUUID()}":[{"addr":"10.200.0.7","version":4,"port":"${randomUUID()}","subnet_id":null,"preserve_on_delete":false}]}`,
    ports: '[80]',
    created_at: '2026-01-01 00:00:00.000000',
    updated_at: '2026-01-01 00:00:00.000000',
  };
}
