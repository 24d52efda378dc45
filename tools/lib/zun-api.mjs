import { waitUntil } from './wait.mjs';

const REQUEST_MS = 60_000;
const LATEST = 'container latest';

/** @typedef {{ uuid: string, name: string, status: string, status_reason: string | null }} Container */

/**
 * A session of the container API, as any client makes one: a token, and the address from the catalog.
 * @param {import('./openrc.mjs').Credentials} credentials
 */
export async function openSession({ authUrl, username, password, project }) {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name: username, domain, password } } };
  const response = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project: { name: project, domain } } } }),
  });
  const text = await response.text();
  const token = response.headers.get('x-subject-token');
  if (!token) throw new Error(`${authUrl} does not let ${username} in: ${response.status} ${text}`);
  const url = endpointIn(JSON.parse(text).token.catalog);

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async function call(method, path, body) {
    const headers = { 'X-Auth-Token': String(token), 'OpenStack-API-Version': LATEST, 'Content-Type': 'application/json' };
    const answer = await fetch(`${url}${path}`, {
      signal: AbortSignal.timeout(REQUEST_MS),
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const content = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}${path} answers ${answer.status} ${content.slice(0, 500)}`);
    return content ? JSON.parse(content) : undefined;
  }
  return { url, token, call };
}

/** @typedef {Awaited<ReturnType<typeof openSession>>} Session */

/**
 * @param {{ type: string, endpoints: { interface: string, url: string }[] }[]} catalog
 * @returns {string}
 */
function endpointIn(catalog) {
  const endpoints = catalog.find((service) => service.type === 'container')?.endpoints ?? [];
  const url = endpoints.find((endpoint) => endpoint.interface === 'public')?.url;
  if (!url) throw new Error('The catalog has no container service.');
  return url.replace(/\/$/, '');
}

/**
 * Runs a container and follows it to its end.
 * @param {Session} session
 * @param {Record<string, unknown>} request
 * @returns {Promise<{ container: Container, log: string }>}
 */
export async function runToEnd(session, request) {
  const { uuid } = await session.call('POST', '/containers?run=true', request);
  const container = await waitUntil(
    `the container ${request.name} has ended`,
    async () => {
      /** @type {Container} */
      const seen = await session.call('GET', `/containers/${uuid}`);
      if (!['Stopped', 'Error', 'Deleted'].includes(seen.status)) throw new Error(`it is ${seen.status}`);
      return seen;
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  );
  if (container.status === 'Error') throw new Error(`the container ${request.name} is in Error: ${container.status_reason}`);
  return { container, log: await session.call('GET', `/containers/${uuid}/logs`) };
}

/**
 * Waits until this many hosts report.
 * @param {Session} session an admin's
 * @param {number} count
 */
export async function waitForHosts(session, count) {
  await waitUntil(
    `${count} hosts report`,
    async () => {
      /** @type {{ services: { host: string, state: string }[] }} */
      const { services } = await session.call('GET', '/services');
      const up = services.filter((service) => service.state === 'up').map((service) => service.host);
      if (up.length < count) throw new Error(`${up.length} of ${count}: ${up.join(', ') || 'none'}`);
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  );
}
