/**
 * The floor for reads: Fastify, mysql2, the same statements on the same rows, and nothing else. Run as a process of its own:
 * `node bare-server.mjs <port>` with the database in ZUN_BENCH_DATABASE (JSON for mysql2's createPool).
 */
import fastify from 'fastify';
import mysql from 'mysql2/promise';

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

server.get('/', () => ({}));

await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
