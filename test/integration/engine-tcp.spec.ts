import { DockerEngine } from '@zun/engine-docker';
import { makeSpec } from '@zun/testing';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { importImage } from '../../tools/lib/images.mjs';
import { readFileSync } from 'node:fs';
import { dockerSocket, ensureBusybox, IMAGE } from './real-engine.js';

const SHELLLESS = 'zun-test/shellless:latest';

/** An engine that is reached over TCP may be on any machine: nothing of its processes is seen from here. */
describe('commands of an engine that is reached over TCP', () => {
  const socket = dockerSocket().replace('unix://', '');
  const made: string[] = [];
  let relay: Server;
  let engine: DockerEngine;

  beforeAll(async () => {
    await ensureBusybox(dockerSocket());
    await importImage(
      socket,
      SHELLLESS,
      [{ path: 'busybox', data: readFileSync('/bin/busybox'), mode: 0o755 }],
      ['/busybox', 'sleep', '600'],
    );
    relay = createServer((client) => {
      const service = connect(socket);
      client.pipe(service).pipe(client);
      client.on('error', () => service.destroy());
      service.on('error', () => client.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    engine = new DockerEngine({ apiUrl: `tcp://127.0.0.1:${(relay.address() as AddressInfo).port}`, host: 'over-tcp' });
  });
  afterEach(async () => {
    for (const uuid of made.splice(0)) await engine.remove(uuid, true);
  });
  afterAll(async () => {
    await engine?.removeImage(SHELLLESS);
    relay?.close();
  });

  async function run(image = IMAGE): Promise<string> {
    const spec = makeSpec({ command: image === IMAGE ? ['sleep', '600'] : null });
    made.push(spec.uuid);
    await engine.create(spec, { image, networks: [], defaultRuntime: null });
    await engine.start(spec.uuid);
    return spec.uuid;
  }

  async function startCommand(uuid: string, command: string[], interactive = true): Promise<string> {
    const execId = await engine.createExec(uuid, { command, interactive });
    const terminal = await engine.startExec(uuid, execId);
    await expect.poll(() => engine.streamedExecs()).toContainEqual({ uuid, execId });
    terminal.hangUp();
    return execId;
  }

  const processes = async (uuid: string): Promise<string> => JSON.stringify(await engine.top(uuid, null));

  it.each([
    ['one that waits for input', ['sh'], true],
    ['one that does not mind being hung up', ['sh', '-c', 'trap "" HUP; while :; do sleep 77; done'], true],
    ['one without a terminal', ['sleep', '77'], false],
    ['one with children', ['sh', '-c', 'sleep 77 & sleep 77'], false],
    ['one whose children do not mind being hung up', ['sh', '-c', '(trap "" HUP; sleep 77) & sleep 78'], true],
  ])('end with whoever was joined to them: %s', async (_which, command, interactive) => {
    const uuid = await run();
    const execId = await startCommand(uuid, command, interactive);
    await engine.endExec(uuid, execId);
    expect(await engine.streamedExecs()).toEqual([]);
    await expect.poll(() => processes(uuid)).not.toContain('sleep 77');
    expect((await engine.inspect(uuid))!.state.phase).toBe('running');
  });

  it('end also when they have only just begun, and have no process yet', async () => {
    const uuid = await run();
    const startAndLeave = async (): Promise<void> => {
      const execId = await engine.createExec(uuid, { command: ['sleep', '77'], interactive: false });
      const terminal = await engine.startExec(uuid, execId);
      terminal.hangUp();
      await engine.endExec(uuid, execId);
    };
    await Promise.all(Array.from({ length: 8 }, startAndLeave));
    expect(await engine.streamedExecs()).toEqual([]);
  });

  it('are told apart: another goes on', async () => {
    const uuid = await run();
    const [first, second] = [await startCommand(uuid, ['sleep', '77']), await startCommand(uuid, ['sleep', '78'])];
    await engine.endExec(uuid, first);
    expect(await engine.streamedExecs()).toEqual([{ uuid, execId: second }]);
    expect(await processes(uuid)).toContain('sleep 78');
    await engine.endExec(uuid, second);
  });

  it('are ended by another service, too, after the one that ran them was killed', async () => {
    const uuid = await run();
    await startCommand(uuid, ['sh']);
    const { port } = relay.address() as AddressInfo;
    const next = new DockerEngine({ apiUrl: `tcp://127.0.0.1:${port}`, host: 'over-tcp' });
    for (const stray of await next.streamedExecs()) await next.endExec(stray.uuid, stray.execId);
    expect(await engine.streamedExecs()).toEqual([]);
  });

  it('cannot be ended in a container without a shell, which is said', async () => {
    const uuid = await run(SHELLLESS);
    const execId = await startCommand(uuid, ['/busybox', 'sleep', '77']);
    await expect(engine.endExec(uuid, execId)).rejects.toThrow('no shell in the container could do it');
  });
});
