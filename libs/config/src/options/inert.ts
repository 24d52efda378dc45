import { ignored, notYet, section } from '../option.js';

/** Sections of Zun of which nothing works here: accepted, so that an operator's file loads. */
export const oslo_concurrency = section('Locks of OpenStack processes.', {
  lock_path: ignored('no lock files are used'),
  disable_process_locking: ignored('no lock files are used'),
});
export const volume = section('Volumes of containers.', {
  driver: notYet('volumes of Cinder are not served yet; those of the engine need no option'),
  driver_list: notYet('volumes of Cinder are not served yet; those of the engine need no option'),
  volume_dir: notYet('volumes of Cinder are not served yet; those of the engine need no option'),
  fstype: notYet('volumes of Cinder are not served yet; those of the engine need no option'),
  use_multipath: notYet('volumes of Cinder are not served yet; those of the engine need no option'),
  timeout_wait_volume_available: notYet('volumes of Cinder are not served yet; those of the engine need no option'),
  timeout_wait_volume_deleted: notYet('volumes of Cinder are not served yet; those of the engine need no option'),
});
export const glance = section('Images of Glance.', {
  images_directory: ignored('images of Glance pass through without being kept in files'),
});
export const neutron = section('Ports of Neutron.', {
  ovs_bridge: notYet('ports of Neutron are not served yet'),
});
export const pci = section('PCI devices.', {
  passthrough_whitelist: notYet('PCI devices are not served yet'),
  alias: notYet('PCI devices are not served yet'),
});
export const cni_daemon = section('The CNI network driver.', {
  cni_daemon_host: ignored('there is no CNI daemon'),
  cni_daemon_port: ignored('there is no CNI daemon'),
});
export const profiler = section('OSprofiler.', {
  enabled: ignored('OSprofiler is not used'),
  hmac_keys: ignored('OSprofiler is not used'),
  trace_sqlalchemy: ignored('OSprofiler is not used'),
  connection_string: ignored('OSprofiler is not used'),
});
const BROKER = 'the connection to the broker looks after itself; see [DEFAULT] transport_url';
const BROKER_TLS = 'connections to the broker are not encrypted yet';
export const oslo_messaging_rabbit = section('RabbitMQ.', {
  ssl: notYet(BROKER_TLS),
  ssl_ca_file: notYet(BROKER_TLS),
  ssl_cert_file: notYet(BROKER_TLS),
  ssl_key_file: notYet(BROKER_TLS),
  ssl_version: notYet(BROKER_TLS),
  heartbeat_timeout_threshold: ignored(BROKER),
  heartbeat_in_pthread: ignored(BROKER),
  rabbit_quorum_queue: ignored('queues are always quorum queues'),
  rabbit_ha_queues: ignored('queues are always quorum queues'),
  amqp_durable_queues: ignored('queues are always durable'),
  rabbit_transient_quorum_queue: ignored('queues are always quorum queues'),
  rabbit_stream_fanout: ignored(BROKER),
  rabbit_retry_interval: ignored(BROKER),
  rabbit_interval_max: ignored(BROKER),
});
export const oslo_messaging_notifications = section('Notifications.', {
  driver: ignored('no notifications are sent'),
  transport_url: ignored('no notifications are sent'),
  topics: ignored('no notifications are sent'),
});
