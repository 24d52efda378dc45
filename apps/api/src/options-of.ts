import type { Config } from '@zun/config';
import type { ApiOptions, TerminalListenOptions, TerminalOptions } from './options.js';

/** The API's part of the configuration. */
export function apiOptionsOf(config: Config): ApiOptions {
  const { DEFAULT, api, compute, quota } = config;
  const isLimited = !quota.driver.endsWith('NoopQuotaDriver');
  return {
    limits: {
      minimumCpus: DEFAULT.minimum_cpus,
      maximumCpus: DEFAULT.maximum_cpus,
      minimumMemoryMib: DEFAULT.minimum_memory,
      maximumMemoryMib: DEFAULT.maximum_memory,
      minimumDiskGib: DEFAULT.minimum_disk,
      maximumDiskGib: DEFAULT.maximum_disk,
      imageDrivers: DEFAULT.image_driver_list,
    },
    defaults: {
      cpu: DEFAULT.default_cpu,
      memoryMib: DEFAULT.default_memory,
      imageDriver: DEFAULT.default_image_driver,
      availabilityZone: DEFAULT.default_availability_zone,
    },
    quota: isLimited ? { containers: quota.containers, cpu: quota.cpu, memoryMib: quota.memory, diskGib: quota.disk } : null,
    enableDocs: api.enable_docs,
    enableConsole: api.enable_console,
    nameScope: compute.unique_container_name_scope,
    maxLimit: api.max_limit,
    placementWaitMs: api.placement_wait_ms,
    rpcTimeoutMs: api.rpc_timeout * 1000,
    maxArchiveBytes: api.max_archive_bytes,
    serviceDownTimeS: DEFAULT.service_down_time,
    terminals: terminalOptionsOf(config),
  };
}

function terminalOptionsOf({ websocket_proxy: proxy }: Config): TerminalOptions {
  const listen = proxy.wsproxy_port === null ? null : terminalListenOptionsOf(proxy, proxy.wsproxy_port);
  const ownUrl = listen && `${listen.tls ? 'wss' : 'ws'}://${bracketed(listen.host)}:${listen.port}/`;
  return {
    baseUrl: proxy.base_url ?? ownUrl,
    allowedOrigins: proxy.allowed_origins,
    tokenTtlMs: proxy.token_ttl * 1000,
    maxStreamsPerProject: proxy.max_streams_per_project,
    listen,
  };
}

function terminalListenOptionsOf(proxy: Config['websocket_proxy'], port: number): TerminalListenOptions {
  const { wsproxy_host: host, ssl_only: tlsOnly, cert, key } = proxy;
  return { host, port, tls: cert !== null && key !== null ? { certFile: cert, keyFile: key } : null, tlsOnly };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}

/** @throws Error when HTTPS is asked for without a certificate */
export function listenAddressOf({ api, ssl }: Config): ListenAddress {
  const host = api.host_ip;
  const name = bracketed(host);
  if (!api.enable_ssl_api) return { host, port: api.port, url: `http://${name}:${api.port}`, tls: null };
  if (!ssl.cert_file || !ssl.key_file) throw new Error('[api] enable_ssl_api needs [ssl] cert_file and key_file');
  return { host, port: api.port, url: `https://${name}:${api.port}`, tls: { certFile: ssl.cert_file, keyFile: ssl.key_file } };
}
