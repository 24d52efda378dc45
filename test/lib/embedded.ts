import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, type Embedded } from '../../tools/lib/embedded.mjs';
import type { Sections } from '../../tools/lib/ini.mjs';
import { anyFreePort } from '../../tools/lib/ports.mjs';
import { waitForHosts, openSession } from '../../tools/lib/zun-api.mjs';
import { ApiClient } from './api-client.js';
import { ensureBuilt } from './build.js';
import { testEngine } from './engine.js';

export interface EmbeddedOptions {
  /** Options of `zun.conf` to add or replace. */
  readonly settings?: Sections;
  readonly env?: NodeJS.ProcessEnv;
  /** Another Node to run it with. */
  readonly node?: string;
}

/** An embedded service of a test's own, on the tests' engine. */
export interface EmbeddedService extends Embedded {
  client(name: 'demo' | 'admin'): Promise<ApiClient>;
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
    node: node ?? process.env.ZUN_TEST_NODE,
  });
  service.configure();
  await service.ensureUsers();
  await service.start();
  await waitForHosts(await openSession(service.credentials('admin')), 1);
  return { ...service, client: (name) => ApiClient.logIn(service.credentials(name)) };
}

let serial = 0;
