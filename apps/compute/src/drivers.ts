import type { Config } from '@zun/config';
import { DockerEngine, podmanEngine, type DockerEngineOptions } from '@zun/engine-docker';
import { BridgeNetworkDriver } from '@zun/network-bridge';
import { LocalVolumeDriver } from '@zun/volume-local';
import { readFileSync } from 'node:fs';
import type { ComputeParts } from './parts.js';

/** @returns the engine, network and volume drivers that the operator chose; the engine is not asked yet */
export function createDrivers(config: Config): Pick<ComputeParts, 'engine' | 'network' | 'volumes'> {
  const options = engineOptions(config);
  const engine = config.DEFAULT.container_driver === 'podman' ? podmanEngine(options) : new DockerEngine(options);
  const { bridge_subnet_pool: pool, bridge_subnet_prefix: prefix } = config.network;
  const network = new BridgeNetworkDriver(engine.networks, { pool, prefix });
  return { engine, network, volumes: new LocalVolumeDriver(engine.volumes, config.DEFAULT.host) };
}

function engineOptions({ DEFAULT, docker }: Config): DockerEngineOptions {
  const options = { apiUrl: docker.api_url, host: DEFAULT.host, timeoutMs: docker.default_timeout * 1000 };
  if (!docker.ca_file && !docker.cert_file && !docker.api_insecure) return options;
  return {
    ...options,
    tls: { ca: read(docker.ca_file), cert: read(docker.cert_file), key: read(docker.key_file), insecure: docker.api_insecure },
  };
}

function read(path: string | null): string | undefined {
  return path ? readFileSync(path, 'utf8') : undefined;
}
