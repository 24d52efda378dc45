/**
 * The floor for reads: Fastify, mysql2, the same statements on the same rows, and nothing else. Run as a process of its own:
 * `node bare-server.mjs <port>` with the database in ZUN_BENCH_DATABASE (JSON for mysql2's createPool).
 */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import mysql from 'mysql2/promise';

/** @typedef {{ image: string, command: string[], cpu: number, memory: number }} Wish */

const pool = mysql.createPool({ ...JSON.parse(process.env.ZUN_BENCH_DATABASE ?? '{}'), connectionLimit: 10, dateStrings: true });
const server = fastify();

server.get('/one/:project/:uuid', async (request) => {
  const { project, uuid } = /** @type {{ project: string, uuid: string }} */ (request.params);
  const [rows] = await pool.query('SELECT * FROM container WHERE uuid = ? AND project_id = ? LIMIT 2', [uuid, project]);
  return /** @type {unknown[]} */ (rows)[0];
});

server.get('/list/:project', async (request) => {
  const { project } = /** @type {{ project: string }} */ (request.params);
  const [rows] = await pool.query('SELECT * FROM container WHERE project_id = ? ORDER BY id ASC LIMIT 100', [project]);
  return { containers: rows };
});

server.get('/page/:project/:after', async (request) => {
  const { project, after } = /** @type {{ project: string, after: string }} */ (request.params);
  const statement = 'SELECT * FROM container WHERE project_id = ? AND id > ? ORDER BY id ASC LIMIT 1000';
  const [rows] = await pool.query(statement, [project, Number(after)]);
  return { containers: rows };
});

// What any acceptance has to write: the container and its action, in one transaction.
server.post('/create/:project', async (request, reply) => {
  const { project } = /** @type {{ project: string }} */ (request.params);
  const { image, command, cpu, memory } = /** @type {Wish} */ (request.body);
  const connection = await pool.getConnection();
  const now = new Date().toISOString().replace('T', ' ').replace('Z', '000');
  const owner = { project_id: project, user_id: project };
  const uuid = randomUUID();
  try {
    await connection.beginTransaction();
    const wish = { image, command: JSON.stringify(command), cpu, memory_mib: memory, disk_gib: 0, image_driver: 'docker' };
    const container = { uuid, ...owner, name: uuid, ...wish, cpu_policy: 'shared', status: 'Creating', created_at: now };
    await connection.query('INSERT INTO container SET ?', container);
    const action = { container_uuid: uuid, ...owner, action: 'create', request_id: `req-${uuid}`, start_time: now };
    await connection.query('INSERT INTO container_action SET ?', action);
    await connection.commit();
  } finally {
    connection.release();
  }
  return reply.code(202).send({ uuid });
});

server.get('/', () => ({}));

await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
