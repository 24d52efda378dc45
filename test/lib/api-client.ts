import { eventually } from './eventually.js';
import { isLive } from './raw-request.js';

/** How a user logs in: the same to the embedded identity and to Keystone. */
export interface Credentials {
  readonly authUrl: string;
  readonly username: string;
  readonly password: string;
  readonly project: string;
  /** Id of the domain of user and project; default: `default`. */
  readonly domain?: string;
}

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Microversion, e.g. `1.41`; null sends no header. Default: the client's. */
  readonly version?: string | null;
  /** Another token than the client's; null sends none. */
  readonly token?: string | null;
}

export interface ContainerView {
  readonly uuid: string;
  readonly project_id: string;
  readonly name: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_detail: string | null;
  readonly task_state: string | null;
  readonly host?: string | null;
  readonly addresses: Record<string, { addr: string }[]>;
}

export interface ImageView {
  readonly uuid: string;
  readonly project_id: string;
  readonly image_id: string | null;
  readonly repo: string;
  readonly tag: string;
  readonly size: string | null;
  readonly status: string;
  readonly status_reason: string | null;
}

/**
 * Logs in with a password.
 * @returns the token and the URL of the container service from the catalog
 */
export async function logIn(credentials: Credentials): Promise<{ token: string; url: string }> {
  const scope = { project: { name: credentials.project, domain: domainOf(credentials) } };
  const { token, text } = await issueToken(credentials, scope);
  return { token, url: containerEndpoint(text) };
}

/** A token of the user that is for no project. */
export async function logInUnscoped(credentials: Credentials): Promise<string> {
  return (await issueToken(credentials, 'unscoped')).token;
}

const domainOf = ({ domain = 'default' }: Credentials): { id: string } => ({ id: domain });

async function issueToken(credentials: Credentials, scope: unknown): Promise<{ token: string; text: string }> {
  const { authUrl, username, password } = credentials;
  const identity = { methods: ['password'], password: { user: { name: username, domain: domainOf(credentials), password } } };
  const response = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  const text = await response.text();
  const token = response.headers.get('x-subject-token');
  if (!token) throw new Error(`${username} cannot log in: ${response.status} ${text}`);
  return { token, text };
}

function containerEndpoint(text: string): string {
  type Catalog = { token: { catalog: { type: string; endpoints: { interface: string; url: string }[] }[] } };
  const { token } = JSON.parse(text) as Catalog;
  const service = token.catalog.find(({ type }) => type === 'container');
  const endpoint = service?.endpoints.find((candidate) => candidate.interface === 'public');
  if (!endpoint) throw new Error('no container service in the catalog');
  return endpoint.url.replace(/\/$/, '');
}

/** The container API as one user sees it. */
export class ApiClient {
  constructor(
    /** Ends in `/v1`. */
    readonly url: string,
    readonly token: string,
    private readonly version = '1.41',
  ) {}

  static async logIn(credentials: Credentials, url?: string): Promise<ApiClient> {
    const session = await logIn(credentials);
    return new ApiClient(url ?? session.url, session.token);
  }

  /** @param path below `/v1`, with its slash */
  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const { body, version = this.version, token = this.token } = options;
    const headers = {
      'Content-Type': 'application/json',
      Connection: 'close', // a kept one may lead to a service that a test has killed meanwhile
      ...(token === null ? {} : { 'X-Auth-Token': token }),
      ...(version === null ? {} : { 'OpenStack-API-Version': `container ${version}` }),
      ...options.headers,
    };
    const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}${path}`, { method, headers, body: content });
    const text = isLive(Object.fromEntries(response.headers)) ? await nothingOf(response) : await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) as T };
  }

  /** @throws Error unless the answer is a success */
  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request<T>(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path} answers ${answer.status} ${answer.text}`);
    return answer.body;
  }

  run(request: Record<string, unknown>): Promise<ContainerView> {
    return this.call('POST', '/containers?run=true', request);
  }

  create(request: Record<string, unknown>): Promise<ContainerView> {
    return this.call('POST', '/containers', request);
  }

  container(ident: string): Promise<ContainerView> {
    return this.call('GET', `/containers/${ident}`);
  }

  async containers(query = ''): Promise<ContainerView[]> {
    return (await this.call<{ containers: ContainerView[] }>('GET', `/containers${query}`)).containers;
  }

  /** Waits for a status in which nothing is under way any more; gives up at once in Error, unless that is awaited. */
  reaches(ident: string, status: string, timeoutMs?: number): Promise<ContainerView> {
    return eventually(
      () => this.container(ident),
      (seen) => seen.status === status && seen.task_state === null,
      { describe: `container ${ident} is ${status}`, timeoutMs, isHopeless: (seen) => seen.status === 'Error' },
    );
  }

  isGone(ident: string, timeoutMs?: number): Promise<number> {
    return eventually(
      async () => (await this.request('GET', `/containers/${ident}`)).status,
      (status) => status === 404,
      { describe: `container ${ident} is gone`, timeoutMs },
    );
  }

  /** Deletes every container of the project, as soon as its state allows it, and waits until all are gone. */
  async deleteAll(timeoutMs?: number): Promise<void> {
    await eventually(
      async () => {
        const all = await this.containers();
        await Promise.all(all.map((container) => this.startToDelete(container)));
        return all;
      },
      (all) => all.length === 0,
      { describe: 'all containers are gone', timeoutMs },
    );
  }

  /** A paused container can be neither stopped nor deleted. */
  private async startToDelete({ uuid, status }: ContainerView): Promise<void> {
    if (status === 'Deleting') return;
    if (status === 'Paused') await this.request('POST', `/containers/${uuid}/unpause`);
    await this.request('DELETE', `/containers/${uuid}?stop=true`);
  }
}

/** What goes on for ever is there with its head. */
async function nothingOf(response: Response): Promise<string> {
  await response.body?.cancel();
  return '';
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
