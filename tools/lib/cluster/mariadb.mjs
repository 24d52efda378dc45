import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exec } from '../exec.mjs';
import { renderIni } from '../ini.mjs';
import { greeting } from '../probe.mjs';
import { accountFor, ownFile, ownFolder } from './account.mjs';

/** @typedef {import('./member.mjs').Member} Member */

/**
 * MariaDB with one database for each name, owned by a user of that name.
 * @param {{ dir: string, port: number, databases: Record<string, string>, tester?: string }} options passwords by name, and
 *   that of a user `tester` who may do anything; none without it
 * @returns {Member}
 */
export function mariadb({ dir, port, databases, tester }) {
  const data = join(dir, 'data');
  const account = accountFor('mysql', dirname(dir));
  return {
    name: 'mariadb',
    port,
    prepare: async () => {
      ownFolder(dir, account);
      ownFile(join(dir, 'my.cnf'), configuration(dir, port, account.name), account);
      ownFile(join(dir, 'init.sql'), statements(databases, tester), account);
      if (!existsSync(join(data, 'mysql'))) await makeData(data, account.name);
    },
    run: {
      pidFile: `${dir}.pid`,
      logFile: `${dir}.log`,
      command: 'mariadbd',
      args: [`--defaults-file=${join(dir, 'my.cnf')}`],
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      cwd: '/',
    },
    ready: () => greeting(port),
    graceMs: 20_000,
  };
}

/**
 * @param {string} dir
 * @param {number} port
 * @param {string | undefined} user
 */
const configuration = (dir, port, user) =>
  renderIni({
    mariadbd: {
      user: user ?? (process.getuid?.() === 0 ? 'root' : undefined),
      datadir: join(dir, 'data'),
      // relative to datadir, as the path of a socket may not be long
      socket: 'mariadb.sock',
      'pid-file': 'mariadb.pid',
      port,
      'bind-address': '127.0.0.1',
      'skip-name-resolve': 1,
      'init-file': join(dir, 'init.sql'),
      'character-set-server': 'utf8mb4',
      max_connections: 300,
      innodb_buffer_pool_size: '128M',
      innodb_flush_log_at_trx_commit: 1,
    },
  });

/**
 * Carried out by the server at every start, before it lets anybody in.
 * @param {Record<string, string>} databases
 * @param {string | undefined} tester
 */
function statements(databases, tester) {
  const made = Object.keys(databases).map((name) => `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4;`);
  const allowed = Object.entries(databases).flatMap(([name, password]) => grant(name, '127.0.0.1', password, `${name}.*`));
  const testing = tester ? ['127.0.0.1', 'localhost'].flatMap((host) => grant('tester', host, tester, '*.*')) : [];
  return [...made, ...allowed, ...testing, ''].join('\n');
}

/**
 * @param {string} name
 * @param {string} host
 * @param {string} password
 * @param {string} scope
 */
const grant = (name, host, password, scope) => [
  `CREATE USER IF NOT EXISTS '${name}'@'${host}' IDENTIFIED BY '${password}';`,
  `GRANT ALL ON ${scope} TO '${name}'@'${host}';`,
];

/**
 * @param {string} data
 * @param {string | undefined} user
 */
async function makeData(data, user) {
  const owner = user ?? (process.getuid?.() === 0 ? 'root' : undefined);
  const options = ['--no-defaults', `--datadir=${data}`, '--skip-test-db', '--auth-root-authentication-method=socket'];
  await exec('mariadb-install-db', [...options, ...(owner ? [`--user=${owner}`] : [])], { cwd: '/' });
}
