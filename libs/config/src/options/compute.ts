import { ignored, notYet, section } from '../option.js';
import { bool, choice, float, integer, list, path, text } from '../option-types.js';

const DISPLAY_RATIO = 'allocation ratio: how many times over it may be claimed.';

export const compute = section('The compute service of a host.', {
  unique_container_name_scope: choice(['project', 'global'], {
    help:
      'Among which containers a name may be given once, whatever its case; asked of the API service. Unset: names need not be unique. ' +
      'Containers that share a name by then keep it.',
  }),
  resume_container_state: notYet('the engine restarts containers by their restart policy'),
  reserve_disk_for_image: float({
    default: '0.2',
    min: 0,
    max: 1,
    help: "The part of the engine's disk that is kept for images.",
  }),
  reserved_host_cpus: integer({ default: '0', min: 0, unit: 'CPUs', help: 'Kept for the host itself.' }),
  reserved_host_memory_mb: integer({ default: '512', min: 0, unit: 'MiB', help: 'Kept for the host itself.' }),
  reserved_host_disk_mb: integer({ default: '0', min: 0, unit: 'MiB', help: 'Kept for the host itself.' }),
  cpu_allocation_ratio: float({ min: 0, help: `CPU ${DISPLAY_RATIO} Unset: initial_cpu_allocation_ratio.` }),
  ram_allocation_ratio: float({ min: 0, help: `Memory ${DISPLAY_RATIO} Unset: initial_ram_allocation_ratio.` }),
  disk_allocation_ratio: float({ min: 0, help: `Disk ${DISPLAY_RATIO} Unset: initial_disk_allocation_ratio.` }),
  initial_cpu_allocation_ratio: float({ default: '16.0', min: 0, help: `CPU ${DISPLAY_RATIO}` }),
  initial_ram_allocation_ratio: float({ default: '1.5', min: 0, help: `Memory ${DISPLAY_RATIO}` }),
  initial_disk_allocation_ratio: float({ default: '1.0', min: 0, help: `Disk ${DISPLAY_RATIO}` }),
  total_cpus: float({
    min: 0,
    unit: 'CPUs',
    help: 'What this host offers, for several compute services on one machine. Unset: what it has.',
  }),
  total_memory_mb: integer({ min: 0, unit: 'MiB', help: 'What this host offers, before reservations. Unset: what it has.' }),
  total_disk_gb: integer({ min: 0, unit: 'GiB', help: 'What this host offers, before reservations. Unset: what it has.' }),
  labels: list({ help: "Labels of this host, key=value, besides those of its engine; matched by the scheduler's LabelFilter." }),
  remount_container_volume: notYet('Cinder volumes are not served yet'),
  enable_cpu_pinning: bool({
    default: 'false',
    help:
      'Give containers with cpu_policy dedicated processors of their own, from one NUMA node. The other containers of this host then share ' +
      'floating_cpu_set; without it there is no place for them here.',
  }),
  host_shared_with_nova: notYet('Placement is not used yet'),
  resource_provider_association_refresh: notYet('Placement is not used yet'),
  topic: ignored('queues have fixed names'),
});

export const docker = section('The container engine of a host.', {
  api_url: text({
    default: 'unix:///var/run/docker.sock',
    help: "Where the engine listens: unix:///path or tcp://host:port. Podman's socket is unix:///run/podman/podman.sock.",
  }),
  default_timeout: integer({ default: '60', min: 1, unit: 'seconds', help: 'How long to wait for an answer of the engine.' }),
  execute_timeout: integer({
    default: '5',
    min: 1,
    unit: 'seconds',
    help: 'How long a command run by execute may take before it is given up.',
  }),
  api_insecure: bool({ default: 'false', help: "Do not check the engine's certificate." }),
  ca_file: path({ help: "Certificates, in PEM, that the engine's is checked against, for tcp://." }),
  cert_file: path({ help: 'Certificate, in PEM, to show to the engine, for tcp://.' }),
  key_file: path({ help: 'Private key, in PEM, of cert_file.' }),
  default_registry: text({ help: 'Registry of image names that carry none.' }),
  default_registry_username: text({ help: 'User at the default registry.' }),
  default_registry_password: text({ secret: true, help: 'Password at the default registry.' }),
  docker_remote_api_version: ignored('the version is negotiated with the engine'),
  docker_remote_api_host: ignored('sessions reach the engine through its compute service'),
  docker_remote_api_port: ignored('sessions reach the engine through its compute service'),
  docker_remote_api_url: ignored('sessions reach the engine through its compute service'),
});

export const network = section('Networks of containers.', {
  driver: choice(['bridge'], {
    default: 'bridge',
    help: 'How containers get their networks: bridge networks of the engine.',
  }),
  bridge_subnet_pool: text({
    default: '10.200.0.0/14',
    help: 'Addresses of the bridge driver: every project gets a subnet of it on each host. It must be used nowhere else.',
  }),
  bridge_subnet_prefix: integer({ default: '24', min: 8, max: 29, help: 'Size of those subnets.' }),
  driver_name: ignored('no plug-in of the engine is used'),
});
