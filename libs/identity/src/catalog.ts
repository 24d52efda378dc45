import { createHash } from 'node:crypto';

export interface Endpoint {
  readonly id: string;
  readonly interface: 'public' | 'internal' | 'admin';
  readonly region: string;
  readonly region_id: string;
  readonly url: string;
}

export interface CatalogEntry {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

/**
 * The services that a client finds: this identity and the container API.
 * @param publicEndpoint URL of the API without a path
 * @param identityPath where the identity is mounted, e.g. `/identity`
 */
export function buildCatalog(publicEndpoint: string, identityPath: string, region: string): CatalogEntry[] {
  const base = publicEndpoint.replace(/\/+$/, '');
  return [entry('container', 'zun', `${base}/v1`, region), entry('identity', 'keystone', `${base}${identityPath}`, region)];
}

function entry(type: string, name: string, url: string, region: string): CatalogEntry {
  const endpoints = (['public', 'internal', 'admin'] as const).map((kind) => ({
    id: idOf(type, kind),
    interface: kind,
    region,
    region_id: region,
    url,
  }));
  return { id: idOf(type), type, name, endpoints };
}

/** The same on every copy and after every start. */
function idOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 32);
}
