import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, type Embedded } from '../../tools/lib/embedded.mjs';
import type { Sections } from '../../tools/lib/ini.mjs';
import { anyFreePort } from '../../tools/lib/ports.mjs';
import { waitForHosts, openSession } from '../../tools/lib/zun-api.mjs';
import { manageUsers } from '../../tools/lib/users.mjs';
import { newPassword } from '../../tools/lib/secrets.mjs';
import { ApiClient, logIn, type Credentials } from './api-client.js';
import type { PrivateEngine } from '../../tools/lib/private-engine.mjs';
import { ensureBuilt } from './build.js';
import { testEngine } from './engine.js';
import { eventually } from './eventually.js';

export interface EmbeddedOptions {
  /** Options of `zun.conf` to add or replace. */
  readonly settings?: Sections;
  readonly env?: NodeJS.ProcessEnv;
  /** Another Node to run it with. */
  readonly node?: string;
}

/** Users whom a test may ask for beside demo and admin: a member of another project, and a reader of demo's. */
const GUESTS = {
  other: { project: 'other', role: 'member' },
  reader: { project: 'demo', role: 'reader' },
} as const;

export type UserName = 'demo' | 'admin' | keyof typeof GUESTS;

/** An embedded service of a test's own, on the tests' engine. */
export interface EmbeddedService extends Omit<Embedded, 'credentials'> {
  readonly engine: PrivateEngine;
  /** Those of `other` and `reader` are made when they are first asked for. */
  userCredentials(name: UserName): Promise<Credentials>;
  credentials(name: 'demo' | 'admin'): Credentials;
  client(name: UserName): Promise<ApiClient>;
}

/** Starts a service in a fresh folder and on a free port, with users demo and admin; returns when its host reports. */
export async function startEmbedded({ settings = {}, env = {}, node }: EmbeddedOptions = {}): Promise<EmbeddedService> {
  await ensureBuilt();
  const engine = await testEngine();
  const home = mkdtempSync(join(tmpdir(), 'zun-'));
  const service = embedded({
    home,
    dockerHost: engine.dockerHost,
    clientsBin: join(home, 'clients', 'bin'),
    port: await anyFreePort(),
    settings: { ...settings, DEFAULT: { host: `embedded-${process.pid}-${serial++}`, ...settings['DEFAULT'] } },
    env,
    node,
  });
  service.configure();
  await service.ensureUsers();
  await service.start();
  await waitForHosts(await openSession(service.credentials('admin')), 1);
  const userCredentials = withGuests(service);
  return { ...service, engine, userCredentials, client: async (name) => ApiClient.logIn(await userCredentials(name)) };
}

let serial = 0;

function withGuests(service: Embedded): (name: UserName) => Promise<Credentials> {
  const known = new Map<string, Promise<Credentials>>();
  return (name) => {
    if (name === 'demo' || name === 'admin') return Promise.resolve(service.credentials(name));
    const credentials = known.get(name) ?? addGuest(service, name);
    known.set(name, credentials);
    return credentials;
  };
}

async function addGuest({ configuration, authUrl }: Embedded, username: keyof typeof GUESTS): Promise<Credentials> {
  const { project, role } = GUESTS[username];
  const password = newPassword();
  let said = '';
  const argv = ['add', username, '--project', project, '--role', role, '--password', password];
  const status = await manageUsers(configuration, argv, (text) => void (said += text));
  if (status !== 0) throw new Error(`the user ${username} could not be made: ${said}`);
  const credentials = { authUrl: authUrl(), username, project, password };
  // The service looks at its users now and then.
  await eventually(
    () => logIn(credentials),
    () => true,
    { describe: `${username} can log in`, timeoutMs: 5_000 },
  );
  return credentials;
}
