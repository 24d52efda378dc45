import { logIn, type Credentials } from './api-client.js';

/** Calls Keystone's own API; the answer's JSON. */
export type Keystone = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Keystone for an administrator. @throws Error for any answer but a success */
export async function keystoneFor(admin: Credentials): Promise<Keystone> {
  const { token } = await logIn(admin);
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  return async (method, path, body) => {
    const response = await fetch(`${admin.authUrl}${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answers ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}

/** Somebody new, with a project of their own. */
export interface Account {
  readonly credentials: Credentials;
  readonly projectId: string;
  readonly userId: string;
}

/** @param domain id of the domain of both, e.g. `default` */
export async function newAccount(keystone: Keystone, authUrl: string, role: string, domain = 'default'): Promise<Account> {
  const name = `${role}-${Date.now()}-${(serial += 1)}`;
  const password = 'of-somebody';
  const { project } = (await keystone('POST', '/projects', { project: { name, domain_id: domain } })) as { project: Named };
  const { user } = (await keystone('POST', '/users', { user: { name, password, domain_id: domain } })) as { user: Named };
  const { roles } = (await keystone('GET', `/roles?name=${role}`)) as { roles: Named[] };
  await keystone('PUT', `/projects/${project.id}/users/${user.id}/roles/${roles[0]!.id}`);
  return { credentials: { authUrl, username: name, password, project: name, domain }, projectId: project.id, userId: user.id };
}

let serial = 0;

/** Makes a domain. @returns its id */
export async function newDomain(keystone: Keystone): Promise<string> {
  const name = `domain-${Date.now()}-${(serial += 1)}`;
  return ((await keystone('POST', '/domains', { domain: { name } })) as { domain: Named }).domain.id;
}

/** Removes a domain with all that is in it. */
export async function dropDomain(keystone: Keystone, id: string): Promise<void> {
  await keystone('PATCH', `/domains/${id}`, { domain: { enabled: false } });
  await keystone('DELETE', `/domains/${id}`);
}
