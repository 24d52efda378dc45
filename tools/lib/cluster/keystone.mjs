import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exec } from '../exec.mjs';
import { renderIni } from '../ini.mjs';
import { page } from '../probe.mjs';
import { accountFor, ownFile, ownFolder } from './account.mjs';
import { furnishKeystone } from './keystone-content.mjs';

/** @typedef {import('./member.mjs').Member} Member */

/**
 * Keystone from Debian's package, under uwsgi.
 * @param {{ dir: string, port: number, database: string, passwords: import('./keystone-content.mjs').Passwords, apiUrl: string, quickHashes: boolean }} options
 *   `database` is SQLAlchemy's URL; `quickHashes` trades the strength of stored passwords for speed, for tests
 * @returns {Member}
 */
export function keystone({ dir, port, database, passwords, apiUrl, quickHashes }) {
  const account = accountFor('keystone', dirname(dir));
  const url = `http://127.0.0.1:${port}/v3`;
  const done = join(dir, 'bootstrapped');
  return {
    name: 'keystone',
    port,
    prepare: async () => {
      ownFolder(dir, account);
      for (const folder of ['fernet-keys', 'credential-keys']) makeKeys(join(dir, folder), account);
      ownFile(join(dir, 'keystone.conf'), configuration(dir, port, database, quickHashes), account);
      ownFile(join(dir, 'uwsgi.ini'), uwsgi(port), account);
      if (existsSync(done)) return;
      await bootstrap(dir, url, passwords.admin, account);
      writeFileSync(done, '');
    },
    run: {
      pidFile: `${dir}.pid`,
      logFile: `${dir}.log`,
      command: 'uwsgi',
      args: ['--ini', join(dir, 'uwsgi.ini')],
      env: { ...process.env, OS_KEYSTONE_CONFIG_DIR: dir, LANG: 'C.UTF-8' },
      cwd: dir,
      ...account,
    },
    ready: () => page(url),
    furnish: () => furnishKeystone({ url, passwords, apiUrl }),
    graceMs: 5_000,
  };
}

/**
 * @param {string} dir
 * @param {number} port
 * @param {string} database
 * @param {boolean} quickHashes
 */
const configuration = (dir, port, database, quickHashes) =>
  renderIni({
    DEFAULT: { public_endpoint: `http://127.0.0.1:${port}`, max_token_size: 255 },
    database: { connection: database, max_pool_size: 5 },
    token: { provider: 'fernet', expiration: 43200 },
    fernet_tokens: { key_repository: join(dir, 'fernet-keys') },
    fernet_receipts: { key_repository: join(dir, 'fernet-keys') },
    credential: { key_repository: join(dir, 'credential-keys') },
    identity: { password_hash_rounds: quickHashes ? 4 : undefined },
    cache: { enabled: true, backend: 'oslo_cache.dict' }, // without a cache each request is some two hundred queries
  });

/** @param {number} port */
const uwsgi = (port) =>
  renderIni({
    uwsgi: {
      plugins: 'python3',
      'http-socket': `127.0.0.1:${port}`,
      'wsgi-file': '/usr/bin/keystone-wsgi-public',
      master: true,
      processes: 1, // so that there is one cache
      threads: 4,
      'enable-threads': true,
      'die-on-term': true,
      'no-orphans': true,
      'buffer-size': 65535,
      'add-header': 'Connection: close',
      'disable-logging': true,
    },
  });

/**
 * The two keys that Keystone begins with: 0 is the next one, 1 the one in use.
 * @param {string} dir
 * @param {import('./account.mjs').Account} account
 */
function makeKeys(dir, account) {
  if (existsSync(dir)) return;
  ownFolder(dir, account);
  for (const name of ['0', '1']) {
    const key = randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    ownFile(join(dir, name), key, account);
  }
}

/**
 * @param {string} dir
 * @param {string} url
 * @param {string} password
 * @param {import('./account.mjs').Account} account
 */
async function bootstrap(dir, url, password, { uid, gid }) {
  /** @param {string[]} args */
  const manage = (...args) =>
    exec('keystone-manage', ['--config-file', join(dir, 'keystone.conf'), ...args], {
      cwd: dir,
      logFile: `${dir}.log`,
      uid,
      gid,
    });
  const endpoints = ['public', 'internal', 'admin'].flatMap((kind) => [`--bootstrap-${kind}-url`, url]);
  await manage('db_sync');
  await manage('bootstrap', '--bootstrap-password', password, ...endpoints, '--bootstrap-region-id', 'RegionOne');
}
