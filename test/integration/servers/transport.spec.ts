import { setTimeout as sleep } from 'node:timers/promises';
import { computeOn, GetTop, getTop, type HostStarted, hostStarted, SCHEDULER, type Destination } from '@zun/contracts';
import { DomainError, ServiceUnavailableError } from '@zun/domain';
import { MemoryTransport, on, RabbitMqTransport, type Transport } from '@zun/transport';
import { afterEach, describe, expect, it, vi } from 'vitest';

const silent = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const uuid = '11111111-1111-4111-8111-111111111111';

type Pair = { sender: Transport; receiver: Transport };

async function memoryPair(): Promise<Pair> {
  const transport = new MemoryTransport(silent);
  return { sender: transport, receiver: transport };
}

async function rabbitPair(): Promise<Pair> {
  const options = { urls: [process.env.ZUN_TEST_RABBITMQ_URL!], prefetch: 20, sendTimeoutMs: 3_000 };
  const [sender, receiver] = await Promise.all([
    RabbitMqTransport.connect(options, silent),
    RabbitMqTransport.connect(options, silent),
  ]);
  await vi.waitUntil(() => sender.isConnected() && receiver.isConnected(), { timeout: 10_000 });
  return { sender, receiver };
}

const pairs: [string, () => Promise<Pair>][] = [['memory', memoryPair]];
if (process.env.ZUN_TEST_RABBITMQ_URL) pairs.push(['RabbitMQ', rabbitPair]);

/** A destination that no earlier run has used. */
let serial = 0;
const freshHost = (): Destination => computeOn(`h${process.pid}-${serial++}`);

describe.each(pairs)('the %s transport', (_name, makePair) => {
  let pair: Pair;
  const start = async (): Promise<Pair> => (pair = await makePair());

  afterEach(async () => {
    await pair.sender.close();
    if (pair.receiver !== pair.sender) await pair.receiver.close();
  });

  it('delivers commands in order, with the request they belong to', async () => {
    const { sender, receiver } = await start();
    const at = freshHost();
    const seen: [string, string | null][] = [];
    await receiver.serve(at, [on(hostStarted, ({ host }, { requestId }) => void seen.push([host, requestId]))]);
    for (let i = 0; i < 50; i++) await sender.send(at, hostStarted, { host: `n${i}` }, { requestId: `req-${i}` });
    await vi.waitUntil(() => seen.length === 50, { timeout: 5_000 });
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => [`n${i}`, `req-${i}`]));
  });

  it('answers a call with the value, or with the domain error that the handler threw', async () => {
    const { sender, receiver } = await start();
    const at = freshHost();
    await receiver.serve(at, [
      on(getTop, ({ psArgs }) => {
        if (psArgs === 'bad') throw new DomainError('conflict', 'conflict', 'is not running');
        if (psArgs === 'worse') throw new Error('secret');
        return { titles: [String(psArgs)], processes: [] };
      }),
    ]);
    const ask = (psArgs: string) => sender.request(at, getTop, { uuid, psArgs }, { timeoutMs: 5_000 });
    expect(await ask('x')).toEqual({ titles: ['x'], processes: [] });
    await expect(ask('bad')).rejects.toMatchObject({ errorClass: 'conflict', detail: 'is not running' });
    await expect(ask('worse')).rejects.toMatchObject({
      errorClass: 'internal',
      detail: expect.not.stringContaining('secret') as string,
    });
  });

  it('refuses a payload that breaks the contract, naming field and rule', async () => {
    const { sender, receiver } = await start();
    const at = freshHost();
    await receiver.serve(at, [on(getTop, () => ({ titles: [], processes: [] }))]);
    const bad = Object.assign(new GetTop(), { uuid: 'nope' });
    await expect(sender.request(at, getTop, bad, { timeoutMs: 5_000 })).rejects.toMatchObject({
      errorClass: 'invalid',
      detail: expect.stringMatching(/uuid.*UUID/) as string,
    });
  });

  it('drops fields that a newer sender knows', async () => {
    const { sender, receiver } = await start();
    const at = freshHost();
    const seen: HostStarted[] = [];
    await receiver.serve(at, [on(hostStarted, (payload) => void seen.push(payload))]);
    await sender.send(at, hostStarted, { host: 'a', colour: 'red' } as HostStarted);
    await vi.waitUntil(() => seen.length === 1, { timeout: 5_000 });
    expect({ ...seen[0] }).toEqual({ host: 'a' });
  });

  it('delivers a command again when its handler fails, and gives up after a few times', async () => {
    const { sender, receiver } = await start();
    const at = freshHost();
    let tries = 0;
    await receiver.serve(at, [
      on(hostStarted, () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
      }),
    ]);
    await sender.send(at, hostStarted, { host: 'a' });
    await vi.waitUntil(() => tries === 3, { timeout: 10_000 });
    await sleep(500);
    expect(tries).toBe(3);
  });

  it('keeps a command for as long as something that its handler needs does not answer', async () => {
    const { sender, receiver } = await start();
    const at = freshHost();
    let tries = 0;
    await receiver.serve(at, [
      on(hostStarted, () => {
        tries += 1;
        if (tries < 8) throw new ServiceUnavailableError('The database does not answer.');
      }),
    ]);
    await sender.send(at, hostStarted, { host: 'a' });
    await vi.waitUntil(() => tries === 8, { timeout: 15_000 });
  });

  it('says that nobody answers', async () => {
    const { sender } = await start();
    const started = Date.now();
    const call = sender.request(freshHost(), getTop, { uuid, psArgs: null }, { timeoutMs: 300 });
    await expect(call).rejects.toMatchObject({ errorClass: 'unavailable' });
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('keeps a command until somebody serves its destination', async () => {
    const { sender, receiver } = await start();
    if (sender !== receiver) {
      // A queue exists from the first time it was served; before that there is nobody to wait for.
      const at = freshHost();
      await receiver.serve(at, [on(hostStarted, () => undefined)]);
      await receiver.close();
      await sender.send(at, hostStarted, { host: 'late' });
      pair = { sender, receiver: (await makePair()).receiver };
      await expectDelivery(pair.receiver, at);
      return;
    }
    const at = freshHost();
    await sender.send(at, hostStarted, { host: 'late' });
    await expectDelivery(receiver, at);
  });

  async function expectDelivery(receiver: Transport, at: Destination): Promise<void> {
    const seen: string[] = [];
    await receiver.serve(at, [on(hostStarted, ({ host }) => void seen.push(host))]);
    await vi.waitUntil(() => seen.length === 1, { timeout: 5_000 });
  }

  it('shares the work for the schedulers between them', async () => {
    const { sender, receiver } = await start();
    const seen: string[] = [];
    await receiver.serve(SCHEDULER, [on(hostStarted, ({ host }) => void seen.push(host))]);
    if (sender !== receiver) await sender.serve(SCHEDULER, [on(hostStarted, ({ host }) => void seen.push(host))]);
    const hosts = Array.from({ length: 40 }, (_, i) => `s${i}`);
    await Promise.all(hosts.map((host) => sender.send(SCHEDULER, hostStarted, { host })));
    await vi.waitUntil(() => seen.length >= 40, { timeout: 5_000 });
    expect([...seen].sort()).toEqual([...hosts].sort());
  });
});
