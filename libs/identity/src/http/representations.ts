import type { CatalogEntry } from '../catalog.js';
import type { CheckedToken } from '../checked-token.js';
import { DEFAULT_DOMAIN, roleByName, type ApplicationCredentialRecord, type ProjectRecord, type UserRecord } from '../model.js';

/** What Keystone's answers look like. Each takes the URL of `/v3` for the links. */

export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** @param catalog left out when the caller wants none, or has no project */
export function tokenBody(checked: CheckedToken, catalog: readonly CatalogEntry[] | undefined): unknown {
  const { claims, user, project, roles, applicationCredential: credential } = checked;
  return {
    token: {
      methods: claims.methods,
      user: { id: user.id, name: user.name, domain: DEFAULT_DOMAIN, password_expires_at: null },
      audit_ids: claims.auditIds,
      expires_at: keystoneTime(claims.expiresAt),
      issued_at: keystoneTime(claims.issuedAt),
      ...(project && {
        project: { id: project.id, name: project.name, domain: DEFAULT_DOMAIN },
        is_domain: false,
        roles: roles.map(roleByName),
        ...(catalog && { catalog }),
      }),
      ...(credential && {
        application_credential: { id: credential.id, name: credential.name, restricted: !credential.unrestricted },
      }),
    },
  };
}

export function userRow({ id, name, default_project_id }: UserRecord, base: string): Row {
  return {
    id,
    name,
    domain_id: DEFAULT_DOMAIN.id,
    enabled: true,
    ...(default_project_id !== null && { default_project_id }),
    password_expires_at: null,
    options: {},
    links: { self: `${base}/users/${id}` },
  };
}

export function projectRow({ id, name }: ProjectRecord, base: string): Row {
  return {
    id,
    name,
    description: '',
    domain_id: DEFAULT_DOMAIN.id,
    parent_id: DEFAULT_DOMAIN.id,
    enabled: true,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${base}/projects/${id}` },
  };
}

export function roleRow({ id, name }: { readonly id: string; readonly name: string }, base: string): Row {
  return { id, name, domain_id: null, description: null, options: {}, links: { self: `${base}/roles/${id}` } };
}

export function domainRow(base: string): Row {
  const links = { self: `${base}/domains/${DEFAULT_DOMAIN.id}` };
  return { ...DEFAULT_DOMAIN, description: 'The default domain', enabled: true, tags: [], options: {}, links };
}

export function regionRow(id: string, base: string): Row {
  return { id, description: '', parent_region_id: null, links: { self: `${base}/regions/${encodeURIComponent(id)}` } };
}

export function serviceRow({ id, type, name }: CatalogEntry, base: string): Row {
  return { id, type, name, description: '', enabled: true, links: { self: `${base}/services/${id}` } };
}

export function endpointRows({ id: service_id, endpoints }: CatalogEntry, base: string): Row[] {
  return endpoints.map((endpoint) => {
    return { ...endpoint, service_id, enabled: true, links: { self: `${base}/endpoints/${endpoint.id}` } };
  });
}

export function credentialRow(credential: ApplicationCredentialRecord, base: string): Row {
  const { id, name, description, user_id, project_id, roles, expires_at, unrestricted } = credential;
  return {
    id,
    name,
    description,
    user_id,
    project_id,
    roles: roles.map((role) => ({ ...roleByName(role), domain_id: null })),
    expires_at: expires_at === null ? null : keystoneTime(expires_at),
    unrestricted,
    system: null,
    links: { self: `${base}/users/${user_id}/application_credentials/${id}` },
  };
}

/** A list as Keystone wraps it; everything fits on one page. */
export function listBody(name: string, rows: readonly Row[], self: string): unknown {
  return { [name]: rows, links: { next: null, previous: null, self } };
}

/** The document of version discovery. */
export function versionDocument(base: string): unknown {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${base}/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}

/** @param ms milliseconds since the epoch */
function keystoneTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
