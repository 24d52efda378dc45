import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureClients } from '../../tools/lib/clients.mjs';
import { root } from '../../tools/lib/paths.mjs';
import { anyFreePort } from '../../tools/lib/ports.mjs';
import { clientsDir } from '../../tools/lib/testing/places.mjs';
import { testEngine } from '../lib/engine.js';

interface Run {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** `npm start` and its like, in a folder and on a port of the test's own. */
describe('npm start', () => {
  const home = mkdtempSync(join(tmpdir(), 'zun-start-'));
  let env: NodeJS.ProcessEnv;
  let first: Run;

  beforeAll(async () => {
    const engine = await testEngine();
    await ensureClients(clientsDir, () => undefined);
    symlinkSync(clientsDir, join(home, 'clients')); // they are the same everywhere, and slow to install
    env = { ...process.env, ZUN_HOME: home, ZUN_PORT: String(await anyFreePort()), DOCKER_HOST: engine.dockerHost };
    first = await tool('start');
  });

  afterAll(async () => {
    await tool('stop');
    rmSync(home, { recursive: true, force: true });
  });

  function tool(name: string, args: string[] = [], extra: NodeJS.ProcessEnv = {}): Promise<Run> {
    const began = performance.now();
    const child = spawn(process.execPath, [join(root, 'tools', `${name}.mjs`), ...args], { env: { ...env, ...extra } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code: code ?? -1, output, seconds: (performance.now() - began) / 1000 }));
    });
  }

  it('ends with the log of the first container and what to try next', () => {
    expect(first.output).toContain('Hello from your first container!');
    expect(first.output).toMatch(/source .*openrc/);
    expect(first.code).toBe(0);
  });

  it('keeps the passwords to their owner', () => {
    for (const file of ['openrc', 'adminrc', 'zun.conf']) expect(statSync(join(home, file)).mode & 0o077, file).toBe(0);
  });

  it('is quick and changes nothing the second time', async () => {
    const before = [snapshot(home), await tool('users', ['list'])] as const;
    const second = await tool('start');
    expect(second).toMatchObject({ code: 0 });
    expect(second.seconds).toBeLessThan(10);
    expect(second.output).not.toContain('Hello from your first container!');
    expect([snapshot(home), (await tool('users', ['list'])).output]).toEqual([before[0], before[1].output]);
  });

  it('says what to do when the port is taken', async () => {
    const other = mkdtempSync(join(tmpdir(), 'zun-start-'));
    symlinkSync(clientsDir, join(other, 'clients'));
    const port = await anyFreePort();
    const squatter = await listen(port);
    const { code, output } = await tool('start', [], { ZUN_HOME: other, ZUN_PORT: String(port) });
    squatter.close();
    rmSync(other, { recursive: true });
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port}`);
    expect(output).toContain(`pid ${process.pid}`);
    expect(output).toMatch(/port {2}under \[api\]/);
  });

  it('says what to do when no engine answers', async () => {
    const { code, output } = await tool('start', [], { DOCKER_HOST: 'unix:///nowhere.sock' });
    expect(code).toBe(1);
    expect(output).toContain('No engine answers at /nowhere.sock');
  });

  it('stops, and starts again with what was there', async () => {
    expect((await tool('stop')).output).toContain('stopped');
    expect((await tool('stop')).output).toContain('was not running');
    const again = await tool('start');
    expect(again.code).toBe(0);
    expect(again.output).not.toContain('Hello from your first container!');
  });
});

/** Everything a second start might rewrite. */
function snapshot(home: string): Record<string, string> {
  return Object.fromEntries(
    ['zun.conf', 'openrc', 'adminrc', 'zun.pid'].map((file) => [file, readFileSync(join(home, file), 'utf8')]),
  );
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
