import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { greeting } from '../probe.mjs';
import { accountFor, ownFile, ownFolder } from './account.mjs';

/** @typedef {import('./member.mjs').Member} Member */

const AMQP_HELLO = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');

/**
 * RabbitMQ, and the little name service that Erlang programs find each other by: both of this cluster only.
 * @param {{ dir: string, port: number, peerPort: number, epmdPort: number, user: string, password: string, vhost: string }} options
 * @returns {Member[]}
 */
export function rabbitmq(options) {
  const { dir, port, epmdPort } = options;
  const account = accountFor('rabbitmq', dirname(dir));
  const env = environment(options);
  return [
    {
      name: 'epmd',
      port: epmdPort,
      run: {
        pidFile: join(dir, '..', 'epmd.pid'),
        logFile: join(dir, '..', 'epmd.log'),
        command: 'epmd',
        args: ['-port', String(epmdPort), '-address', '127.0.0.1', '-relaxed_command_check'],
        env,
        cwd: '/',
        ...account,
      },
      ready: () => greeting(epmdPort, Buffer.from([0, 1, 'n'.charCodeAt(0)])), // "which names do you know?"
    },
    {
      name: 'rabbitmq',
      port,
      prepare: () => {
        ownFolder(dir, account);
        ownFile(join(dir, 'rabbitmq.conf'), configuration(options), account);
        ownFile(join(dir, 'enabled_plugins'), '[].\n', account);
        ownFile(join(dir, 'rabbitmq-env.conf'), '', account);
        const cookie = join(dir, '.erlang.cookie');
        if (!existsSync(cookie)) ownFile(cookie, randomBytes(20).toString('hex'), account);
      },
      run: {
        pidFile: `${dir}.pid`,
        logFile: `${dir}.log`,
        command: '/usr/lib/rabbitmq/bin/rabbitmq-server', // Debian's wrapper in PATH insists on its own folders
        env,
        cwd: '/',
        ...account,
      },
      ready: () => greeting(port, AMQP_HELLO),
      graceMs: 20_000,
    },
  ];
}

/** @param {{ port: number, user: string, password: string, vhost: string }} options */
const configuration = ({ port, user, password, vhost }) =>
  [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    `default_vhost = ${vhost}`,
    'log.console = true',
    'log.console.level = info',
    'raft.wal_max_size_bytes = 33554432', // it is reserved on disk at once; the default is 512 MiB
    '',
  ].join('\n');

/**
 * @param {{ dir: string, port: number, peerPort: number, epmdPort: number }} options
 * @returns {NodeJS.ProcessEnv}
 */
function environment({ dir, port, peerPort, epmdPort }) {
  const id = createHash('sha256').update(dir).digest('hex').slice(0, 8);
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: dir,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `zun-${id}@localhost`,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(peerPort),
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONF_ENV_FILE: join(dir, 'rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none',
    RUNNING_UNDER_SYSTEMD: 'true', // one process that heeds SIGTERM, without a shell around it
  };
}
