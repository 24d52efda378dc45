import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import { ApiClient } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { eventually } from '../lib/eventually.js';
import { TerminalSocket } from '../lib/socket.js';
import { terminalTour } from '../lib/terminal-tour.js';
import { IMPATIENT, TWO_HOSTS } from '../lib/two-hosts.js';

/** A client must know within this time that the other end has gone. */
const CLOSED_WITHIN_MS = 15_000;

interface Exec {
  readonly exec_id: string;
  readonly proxy_url: string;
}

interface Opened {
  readonly socket: TerminalSocket;
  readonly execId: string;
  readonly copy: string | undefined;
}

describe('terminals of the distributed footprint', () => {
  let cluster: TestCluster;
  let demo: ApiClient;
  let uuid: string;
  let serial = 0;

  beforeAll(async () => {
    cluster = await testCluster({ hosts: TWO_HOSTS.slice(0, 1), settings: IMPATIENT });
    demo = await cluster.client('demo');
    ({ uuid } = await demo.run({ name: 'box', image: 'busybox', command: PATIENT }));
    await demo.reaches(uuid, 'Running');
  });

  afterAll(async () => {
    await demo?.deleteAll();
    await cluster?.leave();
  });

  async function shell(): Promise<string> {
    const request = { name: `shell-${serial++}`, image: 'busybox', command: ['sh'], interactive: true, tty: true };
    const { uuid: made } = await demo.run(request);
    await demo.reaches(made, 'Running');
    return made;
  }
  const prepare = (api: ApiClient = demo): Promise<Exec> =>
    api.call<Exec>('POST', `/containers/${uuid}/execute?run=false&interactive=true&command=sh`);
  /** @param copy of the API that the stream goes through; absent: the balancer's choice */
  async function open(copy?: string): Promise<Opened> {
    const api = copy === undefined ? demo : new ApiClient(cluster.apiUrls[Number(copy.slice(-1)) - 1]!, demo.token);
    const { exec_id: execId, proxy_url: url } = await prepare(api);
    const socket = await TerminalSocket.open(url);
    await carries(socket);
    return { socket, execId, copy };
  }
  async function carries(socket: TerminalSocket): Promise<void> {
    const word = `spo${serial++}ken`;
    socket.type(`echo ${word.replace('ken', '""ken')}\n`);
    await socket.sees(word);
  }
  async function runs(execId: string): Promise<boolean> {
    const seen = await engineCall(cluster.engine.socket, 'GET', `/exec/${execId}/json`);
    return (JSON.parse(seen) as { Running: boolean }).Running;
  }

  describe('with the stock clients, through the balancer', () => {
    terminalTour(() => ({ credentials: cluster.credentials('demo'), container: uuid, shell }));
  });

  it('opens at another copy of the API than the one that was asked', async () => {
    const [first, second] = cluster.apiUrls.map((url) => new URL(url));
    const { proxy_url: url } = await prepare(new ApiClient(first!.href, demo.token));
    expect(new URL(url).host).toBe(first!.host);
    const socket = await TerminalSocket.open(url.replace(first!.host, second!.host));
    socket.type('echo fr""om there; exit 2\n');
    expect(await socket.closed).toEqual({ code: 1000, reason: 'The command has ended with exit code 2.' });
    expect(socket.screen).toContain('from there');
  });

  it('has compute services that listen at no port, while streams are open', async () => {
    const { socket } = await open();
    const pids = cluster.status().flatMap(({ name, pid }) => (name.startsWith('compute') && pid ? [pid] : []));
    expect(pids.length).toBeGreaterThan(0);
    const listening = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' });
    expect(listening).toMatch(/pid=\d+/);
    for (const pid of pids) expect(listening).not.toContain(`pid=${pid},`);
    socket.raw.close();
  });

  it.each(['compute-1', 'api-1', 'rabbitmq'])('survives kill -9 of %s: a close, and no command left running', async (victim) => {
    const opened = await Promise.all([open('api-1'), open('api-2')]);
    const began = performance.now();
    await cluster.kill(victim);
    for (const { socket, copy } of opened) {
      // A copy of the API that was killed says nothing any more; the broker carries no streams.
      const code = victim === 'compute-1' ? 1011 : victim === copy ? 1006 : null;
      if (code === null) await carries(socket);
      else expect(await socket.closed).toMatchObject({ code });
    }
    expect(performance.now() - began).toBeLessThan(CLOSED_WITHIN_MS);
    await cluster.start(victim);
    if (victim === 'compute-1') await cluster.hostsReport();
    for (const { socket } of opened) socket.raw.terminate();
    for (const { execId } of opened) {
      await eventually(
        () => runs(execId),
        (isRunning) => !isRunning,
        { describe: `no command is left running after ${victim}` },
      );
    }
    const again = await eventually(
      () => open().catch((error: unknown) => String(error)),
      (result) => typeof result !== 'string',
      { describe: 'a new terminal works', timeoutMs: 60_000 },
    );
    if (typeof again !== 'string') again.socket.raw.close();
  });
});
