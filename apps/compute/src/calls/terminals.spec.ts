import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { endFrames, receiveFrames, sendFrame, StreamGateway } from '@zun/streams';
import { makeSpec } from '@zun/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Harness } from '../compute.harness.js';
import { Terminals } from './terminals.js';

const SHELL = { command: ['sh'], interactive: true };

describe('terminals', () => {
  let server: Server;
  let gateway: StreamGateway;
  let harness: Harness;
  let terminals: Terminals;
  let uuid: string;

  beforeEach(async () => {
    server = createServer();
    gateway = new StreamGateway({ url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    gateway.attach(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    harness = await Harness.start();
    terminals = harness.get(Terminals);
    const spec = makeSpec({ command: ['sh'], interactive: true, tty: true });
    ({ uuid } = spec);
    await harness.engine.create(spec, { image: 'busybox:latest', networks: [], defaultRuntime: null });
    await harness.engine.start(uuid);
  });
  afterEach(async () => {
    gateway.close();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(execId: string | null): Promise<Duplex> {
    const expected = gateway.expect(2_000);
    await terminals.open({ uuid, execId }, expected.ticket);
    return expected.stream;
  }
  async function hear(stream: Duplex): Promise<{ said: string; lastWord: unknown }> {
    let said = '';
    let lastWord = '';
    for await (const part of receiveFrames(stream, { onLastWord: (word) => void (lastWord = word.toString()) }))
      said += part.toString();
    return { said, lastWord: JSON.parse(lastWord) };
  }

  it('carry both ways, and tell the exit code of a command', async () => {
    const stream = await open(await harness.engine.createExec(uuid, SHELL));
    sendFrame(stream, Buffer.from('typed\n'));
    sendFrame(stream, Buffer.from('exit 5\n'));
    expect(await hear(stream)).toEqual({
      said: 'typed\n',
      lastWord: { exitCode: 5, reason: 'The command has ended with exit code 5.' },
    });
  });
  it('tell that the container has ended', async () => {
    const stream = await open(null);
    sendFrame(stream, Buffer.from('exit 3\n'));
    expect((await hear(stream)).lastWord).toEqual({ exitCode: 3, reason: 'The container has ended with exit code 3.' });
  });
  it('still send what is said after the typing has ended', async () => {
    const execId = await harness.engine.createExec(uuid, SHELL);
    const stream = await open(execId);
    const process = harness.world.containers.get(uuid)!.execs.get(execId)!.process!;
    endFrames(stream);
    await expect.poll(() => process.isInputEnded).toBe(true);
    process.say('last words\n');
    process.end(0);
    expect((await hear(stream)).said).toBe('last words\n');
  });
  it('end a command when the other end goes', async () => {
    const stream = await open(await harness.engine.createExec(uuid, SHELL));
    expect(await harness.engine.streamedExecs()).toHaveLength(1);
    stream.destroy();
    await expect.poll(() => harness.engine.streamedExecs()).toEqual([]);
  });
  it('leave the container running when the other end goes', async () => {
    (await open(null)).destroy();
    await expect.poll(() => harness.engine.calls.at(-1)).not.toBe('');
    expect((await harness.engine.inspect(uuid))!.state.phase).toBe('running');
  });
  it('do not end a command that is asked for twice', async () => {
    const execId = await harness.engine.createExec(uuid, SHELL);
    await open(execId);
    await expect(open(execId)).rejects.toMatchObject({ errorClass: 'conflict' });
    expect(await harness.engine.streamedExecs()).toEqual([{ uuid, execId }]);
  });
  it('do not begin a command when nobody waits for it', async () => {
    const execId = await harness.engine.createExec(uuid, SHELL);
    const { ticket, cancel } = gateway.expect(2_000);
    cancel();
    await expect(terminals.open({ uuid, execId }, ticket)).rejects.toMatchObject({ errorClass: 'unavailable' });
    expect(harness.engine.calls).not.toContain(`startExec ${uuid}`);
  });
  it('end the commands of a service that was killed, and leave their own', async () => {
    const stray = await harness.engine.createExec(uuid, SHELL);
    await harness.engine.startExec(uuid, stray);
    const own = await harness.engine.createExec(uuid, SHELL);
    await open(own);
    await terminals.endStrays();
    expect(await harness.engine.streamedExecs()).toEqual([{ uuid, execId: own }]);
  });
});
