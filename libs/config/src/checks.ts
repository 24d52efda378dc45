import type { ConfigMistake } from './config-error.js';
import type { Config } from './table.js';

type Check = (config: Config) => ConfigMistake | false;

/** Rules between options, told with the options they concern. Only tried when each value is right by itself. */
const CHECKS: readonly Check[] = [
  ({ DEFAULT: d }) => ordered('minimum_cpus', d.minimum_cpus, 'maximum_cpus', d.maximum_cpus),
  ({ DEFAULT: d }) => ordered('minimum_memory', d.minimum_memory, 'maximum_memory', d.maximum_memory),
  ({ DEFAULT: d }) => ordered('minimum_disk', d.minimum_disk, 'maximum_disk', d.maximum_disk),
  ({ DEFAULT: d }) =>
    !d.image_driver_list.includes(d.default_image_driver) && {
      where: '[DEFAULT] default_image_driver',
      problem: `= "${d.default_image_driver}" must be one of image_driver_list: ${d.image_driver_list.join(', ')}`,
    },
  ({ api, ssl }) =>
    api.enable_ssl_api &&
    (ssl.cert_file === null || ssl.key_file === null) && {
      where: '[api] enable_ssl_api',
      problem: '= "true" needs [ssl] cert_file and key_file',
    },
  ({ websocket_proxy: proxy }) =>
    (proxy.cert === null) !== (proxy.key === null) && {
      where: '[websocket_proxy] cert',
      problem: 'and key must be set together',
    },
  ({ websocket_proxy: proxy }) =>
    proxy.ssl_only && proxy.cert === null && { where: '[websocket_proxy] ssl_only', problem: '= "true" needs cert and key' },
  (config) =>
    (config.docker.cert_file === null) !== (config.docker.key_file === null) && {
      where: '[docker] cert_file',
      problem: 'and key_file must be set together',
    },
];

/** @returns every rule between options that is broken */
export function crossCheck(config: Config): ConfigMistake[] {
  return CHECKS.map((check) => check(config)).filter((mistake) => mistake !== false);
}

function ordered(low: string, lowest: number, high: string, highest: number): ConfigMistake | false {
  return lowest > highest && { where: `[DEFAULT] ${low}`, problem: `= "${lowest}" must not be above ${high} = "${highest}"` };
}
