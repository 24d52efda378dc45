/** @typedef {'admin' | 'demo' | 'other' | 'reader' | 'zun' | 'glance'} UserName */
/** @typedef {Record<UserName, string>} Passwords */

/** Who there is, besides the admin that bootstrapping makes. @type {{ user: UserName, project: string, roles: string[] }[]} */
const GRANTS = [
  { user: 'demo', project: 'demo', roles: ['member', 'reader'] },
  { user: 'other', project: 'other', roles: ['member', 'reader'] },
  { user: 'reader', project: 'demo', roles: ['reader'] },
  { user: 'zun', project: 'service', roles: ['admin', 'service'] },
  { user: 'glance', project: 'service', roles: ['admin', 'service'] },
];

/**
 * The users, projects, roles and the catalog of the cluster. What is there already stays as it is, but for the address of
 * the container service.
 * @param {{ url: string, passwords: Passwords, apiUrl: string }} options
 */
export async function furnishKeystone({ url, passwords, apiUrl }) {
  const keystone = await login(url, passwords.admin);
  const projects = Object.fromEntries(await ensureAll(keystone, 'project', [...new Set(GRANTS.map((grant) => grant.project))]));
  const roles = Object.fromEntries(await ensureAll(keystone, 'role', [...new Set(GRANTS.flatMap((grant) => grant.roles))]));
  for (const { user, project, roles: granted } of GRANTS) {
    const { id } = await ensure(keystone, 'user', user, { password: passwords[user], domain_id: 'default' });
    for (const role of granted) await keystone('PUT', `/projects/${projects[project]}/users/${id}/roles/${roles[role]}`);
  }
  await ensureEndpoints(keystone, { name: 'zun', type: 'container', url: apiUrl });
}

/**
 * Has the catalog tell of an image service, or of none.
 * @param {{ url: string, password: string, imageUrl: string | null }} options Keystone's URL, the password of its admin
 */
export async function furnishImageService({ url, password, imageUrl }) {
  const keystone = await login(url, password);
  if (imageUrl !== null) return ensureEndpoints(keystone, { name: 'glance', type: 'image', url: imageUrl });
  const { services } = await keystone('GET', '/services?type=image');
  for (const { id } of services) await keystone('DELETE', `/services/${id}`);
}

/** @typedef {(method: string, path: string, body?: unknown) => Promise<any>} Keystone */

/**
 * @param {string} url
 * @param {string} password
 * @returns {Promise<Keystone>}
 */
async function login(url, password) {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name: 'admin', domain, password } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { name: 'admin', domain } } } });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/auth/tokens`, { method: 'POST', headers, body });
  const token = response.headers.get('x-subject-token');
  if (!token) throw new Error(`Keystone does not let admin in: ${response.status} ${await response.text()}`);
  return (method, path, content) => call(`${url}${path}`, method, { ...headers, 'X-Auth-Token': token }, content);
}

/**
 * @param {string} url
 * @param {string} method
 * @param {Record<string, string>} headers
 * @param {unknown} content
 */
async function call(url, method, headers, content) {
  const response = await fetch(url, { method, headers, body: content === undefined ? undefined : JSON.stringify(content) });
  const text = await response.text();
  if (!response.ok) throw new Error(`Keystone: ${method} ${url} answers ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/**
 * @param {Keystone} keystone
 * @param {'project' | 'role'} kind
 * @param {string[]} names
 * @returns {Promise<[string, string][]>} name and id
 */
async function ensureAll(keystone, kind, names) {
  /** @type {[string, string][]} */
  const ids = [];
  for (const name of names) ids.push([name, (await ensure(keystone, kind, name)).id]);
  return ids;
}

/**
 * @param {Keystone} keystone
 * @param {'project' | 'role' | 'user'} kind
 * @param {string} name
 * @param {Record<string, unknown>} [more]
 * @returns {Promise<{ id: string }>}
 */
async function ensure(keystone, kind, name, more = {}) {
  const found = (await keystone('GET', `/${kind}s?name=${name}`))[`${kind}s`][0];
  return found ?? (await keystone('POST', `/${kind}s`, { [kind]: { name, ...more } }))[kind];
}

/**
 * @param {Keystone} keystone
 * @param {{ name: string, type: string, url: string }} service
 */
async function ensureEndpoints(keystone, { name, type, url }) {
  const kept = (await keystone('GET', `/services?type=${type}`)).services[0];
  const service = kept ?? (await keystone('POST', '/services', { service: { name, type } })).service;
  const { endpoints } = await keystone('GET', `/endpoints?service_id=${service.id}`);
  for (const kind of ['public', 'internal', 'admin']) {
    const old = endpoints.find((/** @type {{ interface: string }} */ endpoint) => endpoint.interface === kind);
    const endpoint = { service_id: service.id, interface: kind, region_id: 'RegionOne', url };
    if (!old) await keystone('POST', '/endpoints', { endpoint });
    else if (old.url !== url) await keystone('PATCH', `/endpoints/${old.id}`, { endpoint: { url } });
  }
}
