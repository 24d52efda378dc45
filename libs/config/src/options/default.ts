import { hostname } from 'node:os';
import { parseCpuList } from '@zun/domain';
import { detectIpv4 } from '../machine.js';
import { ignored, notYet, RuleBroken, section } from '../option.js';
import { bool, choice, choiceList, float, integer, parsed, path, text } from '../option-types.js';
import { maskTransportUrl, parseTransportUrl, TRANSPORT_URL_RULE } from '../transport-url.js';

/** Zun's default: as good as none. */
export const BUILT_IN_ENCRYPTION_KEY = 'notgood but just long enough i t';

const KEY_LENGTHS = [16, 24, 32];

function parseKey(raw: string): string {
  if (!KEY_LENGTHS.includes(raw.length)) throw new RuleBroken();
  return raw;
}

function parseCpus(raw: string): readonly number[] {
  const cpus = parseCpuList(raw);
  if (!cpus) throw new RuleBroken();
  return cpus;
}

export const DEFAULT = section('What all services share.', {
  host: text({
    default: hostname,
    defaultText: '<name of the machine>',
    help: 'Name of this host. Messages to its compute service are addressed by it, and containers placed on it carry it.',
  }),
  my_ip: text({
    default: detectIpv4,
    defaultText: '<IPv4 address of the default route>',
    help: 'Address of this host; the default of every listener.',
  }),
  state_path: path({ default: '/var/lib/zun', help: 'Folder for everything a service keeps on this host.' }),
  transport_url: parsed(
    {
      default: 'memory://',
      secret: true,
      help:
        'How the services reach each other. memory:// keeps messages inside one process and is for the embedded footprint; ' +
        'rabbit:// takes several hosts, separated by commas.',
    },
    { type: 'transport url', rule: TRANSPORT_URL_RULE, parse: parseTransportUrl, mask: maskTransportUrl },
  ),
  container_driver: choice(['docker', 'podman'], { default: 'docker', help: 'The container engine of this host.' }),
  container_runtime: text({ default: 'runc', help: 'The runtime of containers whose request names none.' }),
  default_cpu: float({ default: '1.0', min: 0, unit: 'vCPU', help: 'Given to a container that asks for none; 0 is no limit.' }),
  default_memory: integer({
    default: '512',
    min: 0,
    unit: 'MiB',
    help: 'Given to a container that asks for none; 0 is no limit.',
  }),
  default_disk: integer({ default: '10', min: 0, unit: 'GiB', help: 'Given to a container that asks for none; 0 is no limit.' }),
  minimum_cpus: float({ default: '0.1', min: 0, unit: 'vCPU', help: 'The least a container may ask for.' }),
  maximum_cpus: float({ default: '16.0', min: 0, unit: 'vCPU', help: 'The most a container may ask for.' }),
  minimum_memory: integer({ default: '4', min: 0, unit: 'MiB', help: 'The least a container may ask for.' }),
  maximum_memory: integer({ default: '8192', min: 0, unit: 'MiB', help: 'The most a container may ask for.' }),
  minimum_disk: integer({ default: '1', min: 0, unit: 'GiB', help: 'The least a container may ask for.' }),
  maximum_disk: integer({ default: '160', min: 0, unit: 'GiB', help: 'The most a container may ask for.' }),
  default_memory_swap: integer({
    default: '-1',
    min: -1,
    unit: 'bytes',
    help: 'Memory and swap together when the memory of a container is changed; -1: twice the memory, as at its creation.',
  }),
  image_driver_list: choiceList(['docker', 'glance'], {
    default: 'glance,docker',
    help: 'The image drivers that a request may name. With glance, commits go there when the catalog of Keystone has an image service.',
  }),
  default_image_driver: choice(['docker', 'glance'], {
    default: 'docker',
    help: 'The image driver of requests that name none.',
  }),
  floating_cpu_set: parsed(
    {
      default: '',
      help: 'Processors of this host that are never dedicated, e.g. 0-1,4; see [compute] enable_cpu_pinning.',
    },
    { type: 'cpu list', rule: 'a list of processors, such as 0-3,8', parse: parseCpus },
  ),
  default_availability_zone: text({ default: 'nova', help: 'The zone of this host, and of hosts that report none.' }),
  default_schedule_zone: text({ help: 'The zone of requests that name none. Unset: any zone.' }),
  periodic_interval_max: integer({
    default: '60',
    min: 1,
    unit: 'seconds',
    help: 'The longest gap between two reports of a host.',
  }),
  service_down_time: integer({
    default: '180',
    min: 1,
    unit: 'seconds',
    help: 'A service that reported nothing for this long counts as down.',
  }),
  sync_container_state_interval: integer({
    default: '60',
    unit: 'seconds',
    help:
      'How often the state of all containers of a host is compared with the records, besides the events of the engine. ' +
      '0 means periodic_interval_max; below 0 never.',
  }),
  auth_encryption_key: parsed(
    {
      default: BUILT_IN_ENCRYPTION_KEY,
      secret: true,
      help:
        'Passwords of registries are encrypted with it in the database. The same for every API and scheduler; whoever changes it ' +
        'has to set the passwords again. The default is known to everybody: choose another.',
    },
    { type: 'key', rule: 'a text of 16, 24 or 32 characters', parse: parseKey },
  ),
  debug: bool({ default: 'false', help: 'Log everything that may help to find a fault.' }),
  log_file: path({ help: 'The file to log to. Relative to log_dir when that is set. Unset: standard output.' }),
  log_dir: path({ help: 'Folder of log files; a service without log_file writes <program>.log in it.' }),
  my_block_storage_ip: notYet('Cinder volumes are not served yet'),
  capsule_driver: notYet('capsules are not served yet'),
  sandbox_image: notYet('capsules are not served yet'),
  sandbox_image_driver: notYet('capsules are not served yet'),
  sandbox_image_pull_policy: notYet('capsules are not served yet'),
  rootwrap_config: ignored('no command runs through rootwrap'),
  pybasedir: ignored('nothing here is installed in a Python tree'),
  bindir: ignored('nothing here is installed in a Python tree'),
  log_config_append: ignored('Python logging files do not apply; see debug, log_file and log_dir'),
  use_stderr: ignored('logs go to standard output or to log_file'),
  use_syslog: ignored('logs go to standard output or to log_file'),
  use_journal: ignored('logs go to standard output or to log_file'),
  logging_context_format_string: ignored('logs are JSON lines'),
  logging_default_format_string: ignored('logs are JSON lines'),
  logging_exception_prefix: ignored('logs are JSON lines'),
  logging_debug_format_suffix: ignored('logs are JSON lines'),
  default_log_levels: ignored('loggers have no levels of their own; see debug'),
  rpc_response_timeout: ignored('see [api] rpc_timeout'),
  control_exchange: ignored('exchanges and queues have fixed names'),
  executor_thread_pool_size: ignored('there is no thread pool'),
  backdoor_port: ignored('there is no backdoor'),
  periodic_fuzzy_delay: ignored('hosts report by a schedule of their own; see periodic_interval_max'),
});
