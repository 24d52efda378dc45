import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { anyFreePort } from '../../tools/lib/ports.mjs';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import type { ApiClient } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';
import { statusOf, TerminalSocket } from '../lib/socket.js';
import { terminalTour } from '../lib/terminal-tour.js';

const MIB = 1024 * 1024;
const SHELL = { image: 'busybox', command: ['sh'], interactive: true, tty: true };
const TOKEN_TTL_S = 4;
const MOST_STREAMS = 6;

interface Exec {
  readonly exec_id: string;
  readonly proxy_url: string;
}

let service: EmbeddedService;
let demo: ApiClient;
let uuid: string;
let wsproxyPort: number;

beforeAll(async () => {
  wsproxyPort = await anyFreePort();
  service = await startEmbedded({
    settings: {
      websocket_proxy: {
        base_url: `ws://127.0.0.1:${wsproxyPort}/some/path/`,
        wsproxy_host: '127.0.0.1',
        wsproxy_port: wsproxyPort,
        allowed_origins: 'dashboard.example',
        token_ttl: TOKEN_TTL_S,
        max_streams_per_project: MOST_STREAMS,
      },
    },
  });
  demo = await service.client('demo');
  ({ uuid } = await demo.run({ name: 'box', image: 'busybox', command: PATIENT }));
  await demo.reaches(uuid, 'Running');
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

async function shell(name = `shell-${randomUUID().slice(0, 8)}`): Promise<string> {
  const made = await demo.run({ ...SHELL, name });
  await demo.reaches(made.uuid, 'Running');
  return made.uuid;
}
const prepare = (command: string, interactive = true, ident = uuid): Promise<Exec> =>
  demo.call<Exec>(
    'POST',
    `/containers/${ident}/execute?run=false&interactive=${interactive}&command=${encodeURIComponent(command)}`,
  );
const attach = (ident: string): Promise<string> => demo.call<string>('GET', `/containers/${ident}/attach`);
async function exec(command: string, ident = uuid): Promise<string> {
  const path = `/containers/${ident}/execute?command=${encodeURIComponent(command)}`;
  return (await demo.call<{ output: string }>('POST', path)).output;
}
/** Whether the engine says that a command runs. */
async function runs(execId: string): Promise<boolean> {
  const seen = await engineCall(service.engine.socket, 'GET', `/exec/${execId}/json`);
  return (JSON.parse(seen) as { Running: boolean }).Running;
}
/** What the service has in memory, in MiB. */
function memoryMib(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid()}/status`, 'utf8'))![1]) / 1024;
}
const untilEnded = (execId: string): Promise<boolean> =>
  eventually(
    () => runs(execId),
    (isRunning) => !isRunning,
    { describe: `command ${execId} has ended`, timeoutMs: 10_000 },
  );

describe('with the stock clients at a real terminal', () => {
  terminalTour(() => ({ credentials: service.credentials('demo'), container: uuid, shell }));
});

describe('requests', () => {
  it('prepare a command, and say where it can be joined', async () => {
    const answer = await demo.call<Exec>('POST', `/containers/${uuid}/execute?run=false&interactive=true&command=sh`);
    expect(answer).toEqual({
      output: null,
      exit_code: null,
      exec_id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      proxy_url: expect.stringMatching(
        new RegExp(`^ws://127.0.0.1:${wsproxyPort}/some/path/\\?token=[0-9a-f-]{36}&uuid=${uuid}&exec_id=${answer.exec_id}$`),
      ) as string,
    });
  });
  it('attach says where, for a container with an input', async () => {
    const box = await shell();
    expect(await attach(box)).toMatch(new RegExp(`^ws://127.0.0.1:${wsproxyPort}/some/path/\\?token=[0-9a-f-]{36}&uuid=${box}$`));
  });
  it('attach refuses a container without an input', async () => {
    const { status, text } = await demo.request('GET', `/containers/${uuid}/attach`);
    expect(status).toBe(400);
    expect(text).toContain('container.no-interactive-flag');
  });
  it.each([
    ['resize', '', 400],
    ['resize', '?h=20', 400],
    ['resize', '?h=0&w=0', 400],
    ['resize', '?h=20&w=-1', 400],
    ['resize', '?h=20&w=80&x=1', 400],
    ['resize', '?h=20&w=80', 200],
    ['resize', '?h=99999&w=99999', 200],
    ['execute_resize', '?h=20&w=80', 400],
    ['execute_resize', `?h=20&w=80&exec_id=${'0'.repeat(64)}`, 400],
    ['execute_resize', '?h=20&w=80&exec_id=x', 400],
  ])('%s%s answers %i', async (action, query, status) => {
    const box = await shell();
    expect((await demo.request('POST', `/containers/${box}/${action}${query}`)).status).toBe(status);
    await demo.request('DELETE', `/containers/${box}?stop=true`);
  });
});

describe('a stream', () => {
  it('answers the subprotocol binary, and none where that is not offered', async () => {
    const { raw } = await TerminalSocket.open((await prepare('sh')).proxy_url);
    expect(raw.protocol).toBe('binary');
    raw.close();
    const other = new WebSocket((await prepare('sh')).proxy_url);
    await new Promise((resolve) => other.once('open', resolve));
    expect(other.protocol).toBe('');
    other.close();
  });
  it('ends with the exit code of the command', async () => {
    const socket = await TerminalSocket.open((await prepare(`sh -c 'echo said; exit 7'`, false)).proxy_url);
    expect(await socket.closed).toEqual({ code: 1000, reason: 'The command has ended with exit code 7.' });
    expect(socket.screen).toBe('said\n');
  });
  it('takes text as well as bytes', async () => {
    const socket = await TerminalSocket.open((await prepare('cat')).proxy_url);
    socket.raw.send('as text\n');
    await socket.sees('as text\r\nas text');
    socket.raw.close();
  });
  it('says why a command cannot run', async () => {
    const socket = await TerminalSocket.open((await prepare('no-such-command')).proxy_url);
    expect((await socket.closed).code).toBe(1000);
    expect(socket.screen).toMatch(/no-such-command/);
  });
  it('ends the command when the client goes, with a word or without, and whatever runs in it', async () => {
    for (const leave of ['close', 'terminate'] as const) {
      const { exec_id: id, proxy_url: url } = await prepare('sh');
      const socket = await TerminalSocket.open(url);
      socket.type('sleep 4321\n');
      await socket.sees('sleep 4321');
      await eventually(
        () => exec('ps'),
        (text) => text.includes('sleep 4321'),
        { describe: 'it sleeps' },
      );
      expect(await runs(id)).toBe(true);
      socket.raw[leave]();
      await untilEnded(id);
      await eventually(
        () => exec('ps'),
        (text) => !text.includes('sleep 4321'),
        { describe: 'nothing sleeps' },
      );
    }
  });
  it('leaves the container running when the client goes, and can be joined again', async () => {
    const box = await shell();
    const first = await TerminalSocket.open(await attach(box));
    first.type('MARK=kept\n');
    await first.sees('MARK');
    first.raw.terminate();
    await sleep(500);
    const second = await TerminalSocket.open(await attach(box));
    second.type('echo "<$MARK>"\n');
    await second.sees('<kept>');
    second.type('exit 3\n');
    expect(await second.closed).toEqual({ code: 1000, reason: 'The container has ended with exit code 3.' });
  });
  it.each(['attach', 'exec'])('ends with the reason when the container is deleted (%s)', async (kind) => {
    const box = await shell();
    const url = kind === 'attach' ? await attach(box) : (await prepare('sh', true, box)).proxy_url;
    const socket = await TerminalSocket.open(url);
    await demo.request('DELETE', `/containers/${box}?stop=true`);
    expect(await socket.closed).toEqual({ code: 1000, reason: 'The container was deleted.' });
  });
  it('is not kept waiting by a quiet keyboard, nor held back by Ctrl-P', async () => {
    const socket = await TerminalSocket.open((await prepare('cat -v')).proxy_url);
    socket.type('\u0010');
    await socket.sees('^P');
    socket.raw.close();
  });
  it('opens only so many to a project', async () => {
    const sockets: TerminalSocket[] = [];
    const full = async (): Promise<number> => statusOf((await prepare('sh')).proxy_url);
    await eventually(
      async () => {
        sockets.push(await TerminalSocket.open((await prepare('sh')).proxy_url));
        return sockets.length;
      },
      (count) => count === MOST_STREAMS,
      { describe: 'all are open', intervalMs: 1 },
    );
    expect(await full()).toBe(429);
    sockets.pop()!.raw.close();
    await eventually(full, (status) => status === 101, { describe: 'another is let in' });
    for (const { raw } of sockets) raw.close();
  });
});

describe('a token', () => {
  const swapped = (url: string, name: string, value: string | null): string => {
    const parts = new URL(url);
    if (value === null) parts.searchParams.delete(name);
    else parts.searchParams.set(name, value);
    return parts.href;
  };

  it('is good once', async () => {
    const { proxy_url: url } = await prepare('sh');
    expect(await statusOf(url)).toBe(101);
    expect(await statusOf(url)).toBe(403);
  });
  it('lets one through of many who come with it at once', async () => {
    const { proxy_url: url } = await prepare('sh');
    const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(url)));
    expect(statuses.filter((status) => status === 101)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(7);
  });
  it('is too old after a while', async () => {
    const { proxy_url: url } = await prepare('sh');
    await sleep((TOKEN_TTL_S + 1) * 1000);
    expect(await statusOf(url)).toBe(403);
  });
  it('opens nothing else than it was made for', async () => {
    const box = await shell();
    const strange = [
      swapped((await prepare('sh')).proxy_url, 'uuid', box),
      swapped((await prepare('sh')).proxy_url, 'exec_id', (await prepare('sh')).exec_id),
      swapped((await prepare('sh', true, box)).proxy_url, 'exec_id', null),
      swapped(await attach(box), 'exec_id', (await prepare('sh', true, box)).exec_id),
      swapped((await prepare('sh')).proxy_url, 'token', randomUUID()),
      swapped((await prepare('sh')).proxy_url, 'token', null),
      swapped((await prepare('sh')).proxy_url, 'uuid', null),
    ];
    for (const url of strange) expect(await statusOf(url), url).toBe(403);
    await demo.request('DELETE', `/containers/${box}?stop=true`);
  });
  it('opens nothing of a container that is gone', async () => {
    const box = await shell();
    const url = await attach(box);
    await demo.request('DELETE', `/containers/${box}?stop=true`);
    expect([404, 409]).toContain(await statusOf(url));
  });
  it.each([
    ['http://127.0.0.1:80', 101],
    ['http://dashboard.example', 101],
    ['http://evil.example', 403],
    ['https://127.0.0.1', 101],
    ['null', 403],
  ])('from a page of %s: %i', async (origin, status) => {
    const { proxy_url: url } = await prepare('sh');
    expect(await statusOf(url, { origin })).toBe(status);
  });
  it('is taken at the port of the API, too', async () => {
    const { search } = new URL((await prepare('sh')).proxy_url);
    expect(await statusOf(`${service.url().replace(/^http/, 'ws')}/${search}`)).toBe(101);
  });
});

describe('much output', () => {
  it('waits for a client that reads slowly, and keeps none of it in memory', async () => {
    const total = 1024 * MIB;
    const before = memoryMib();
    const { proxy_url: url } = await prepare(`sh -c 'head -c ${total} /dev/zero'`, false);
    const socket = new WebSocket(url, ['binary']);
    let read = 0;
    let most = 0;
    socket.on('message', (data: Buffer) => (read += data.length));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.pause();
    await sleep(3_000);
    most = Math.max(most, memoryMib());
    const inKernel = read;
    socket.resume();
    const closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
    const watch = setInterval(() => (most = Math.max(most, memoryMib())), 200);
    expect(await closed).toBe(1000);
    clearInterval(watch);
    expect(read).toBe(total);
    expect(inKernel).toBeLessThan(64 * MIB);
    expect(most - before).toBeLessThan(100);
  });
});
