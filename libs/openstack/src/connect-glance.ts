import type { Config } from '@zun/config';
import { systemClock, type Clock } from '@zun/domain';
import type { Logger } from '@zun/telemetry';
import type { ImageService } from './glance.js';
import { GlanceClient } from './glance-client.js';
import { HttpClient } from './http-client.js';
import { credentialsFrom } from './keystone-credentials.js';
import { KeystoneSession } from './keystone-session.js';
import { ServiceCatalog } from './service-catalog.js';

/** Milliseconds for an answer of Keystone or Glance. */
const TIMEOUT_MS = 30_000;

/** The image service, found by a login of this service. */
export interface GlanceConnection {
  readonly glance: GlanceClient;
  /** Images as this service itself sees them. */
  readonly own: ImageService;
  /** Closes idle connections. */
  close(): void;
}

/**
 * Finds the image service from `[glance_client]`, with the login of `[keystone_auth]` or, where that names none, of `[keystone_authtoken]`;
 * neither Keystone nor Glance is asked yet.
 * @returns null when requests may not name it, or there is no Keystone to ask
 * @throws Error naming options that are missing, or a file of certificates that cannot be read
 */
export function connectGlance(config: Config, logger: Logger, clock: Clock = systemClock): GlanceConnection | null {
  const { DEFAULT, api, glance_client: options } = config;
  if (!DEFAULT.image_driver_list.includes('glance') || api.auth_strategy === 'embedded') return null;
  const login = createServiceLogin(config, logger, clock);
  if (!login) return null;
  const http = new HttpClient({ timeoutMs: TIMEOUT_MS, cafile: options.ca_file, insecure: options.insecure });
  const catalog = new ServiceCatalog(login, clock);
  const choice = { region: options.region_name, interface: options.endpoint_type };
  const glance = new GlanceClient(async () => withVersion(await catalog.endpointOf('image', choice), options.api_version), http);
  const close = (): void => {
    http.close();
    login.close();
  };
  return { glance, own: glance.as(login), close };
}

function createServiceLogin(config: Config, logger: Logger, clock: Clock): KeystoneSession | null {
  const section = (['keystone_auth', 'keystone_authtoken'] as const).find((name) => config[name].auth_url !== null);
  if (!section) return null;
  const { cafile, insecure } = config[section];
  const http = new HttpClient({ timeoutMs: TIMEOUT_MS, cafile, insecure });
  return new KeystoneSession(credentialsFrom(config[section], section), http, logger, clock);
}

/** Catalogs have the endpoint with its version or without. */
function withVersion(endpoint: string | null, version: string): string | null {
  return endpoint === null ? null : `${endpoint.replace(/\/v[\d.]+$/, '')}/v${version}`;
}
