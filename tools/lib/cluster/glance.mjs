import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exec } from '../exec.mjs';
import { renderIni } from '../ini.mjs';
import { page } from '../probe.mjs';
import { accountFor, ownFile, ownFolder } from './account.mjs';

/** @typedef {import('./member.mjs').Member} Member */

/** Debian's package for it. */
export const GLANCE_PACKAGES = ['glance-api'];

/**
 * Where a Glance keeps the contents of images, each in a file of its uuid.
 * @param {string} dir Glance's
 */
export const storeOf = (dir) => join(dir, 'images');

/**
 * Glance from Debian's package, which keeps images in files.
 * @param {{ dir: string, port: number, database: string, authUrl: string, password: string }} options `database` is SQLAlchemy's
 *   URL, `password` that of Keystone's user glance
 * @returns {Member}
 */
export function glance({ dir, port, database, authUrl, password }) {
  const account = accountFor('glance', dirname(dir));
  const file = join(dir, 'glance-api.conf');
  const done = join(dir, 'schema-made');
  return {
    name: 'glance',
    port,
    prepare: async () => {
      for (const folder of [dir, storeOf(dir), join(dir, 'tasks')]) ownFolder(folder, account);
      ownFile(file, configuration({ dir, port, database, authUrl, password }), account);
      if (existsSync(done)) return;
      const { uid, gid } = account;
      await exec('glance-manage', ['--config-file', file, 'db_sync'], { cwd: dir, logFile: `${dir}.log`, uid, gid });
      writeFileSync(done, '');
    },
    run: {
      pidFile: `${dir}.pid`,
      logFile: `${dir}.log`,
      command: 'glance-api',
      args: ['--config-file', file],
      env: { ...process.env, LANG: 'C.UTF-8' },
      cwd: dir,
      ...account,
    },
    ready: () => page(`http://127.0.0.1:${port}/healthcheck`),
    graceMs: 5_000,
  };
}

/** @param {Parameters<typeof glance>[0]} options */
const configuration = ({ dir, port, database, authUrl, password }) =>
  renderIni({
    DEFAULT: {
      bind_host: '127.0.0.1',
      bind_port: port,
      workers: 1,
      enabled_backends: 'file:file',
      node_staging_uri: `file://${join(dir, 'tasks')}`,
    },
    database: { connection: database, max_pool_size: 5 },
    glance_store: { default_backend: 'file' },
    file: { filesystem_store_datadir: storeOf(dir) },
    os_glance_tasks_store: { filesystem_store_datadir: join(dir, 'tasks') },
    os_glance_staging_store: { filesystem_store_datadir: join(dir, 'tasks') },
    paste_deploy: { flavor: 'keystone', config_file: '/etc/glance/glance-api-paste.ini' },
    image_format: { container_formats: 'ami,ari,aki,bare,ovf,ova,docker' },
    keystone_authtoken: {
      www_authenticate_uri: authUrl,
      auth_url: authUrl,
      auth_type: 'password',
      username: 'glance',
      password,
      project_name: 'service',
      user_domain_id: 'default',
      project_domain_id: 'default',
    },
  });
