import type { ContainerEngine, EngineContainer, EngineEvent, Terminal, TimedStatsSample } from '@zun/driver-api';
import { ContainerNotFoundError, DomainError, EngineRefusedError, type ContainerSpec } from '@zun/domain';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeTar } from '../make-tar.js';
import { makeSpec } from '../make-spec.js';

/** An engine to be held to the interface. */
export interface EngineUnderTest {
  readonly engine: ContainerEngine;
  readonly host: string;
  /** The same engine as another host's compute service sees it. */
  readonly other: ContainerEngine;
  /** An image the engine has, with a busybox in it. */
  readonly image: string;
  /** Names of two bridge networks that the engine has. */
  readonly networks: readonly [string, string];
  /** A free IPv4 address of the second. */
  readonly address: string;
}

export interface ConformanceOptions {
  /** What this engine is known not to do; such cases are skipped with the reason in their name. */
  readonly lacks?: {
    readonly updateResources?: string;
    /** Exposed ports of a container without a network. */
    readonly portsWithoutNetwork?: string;
    readonly networks?: string;
    /** A network for a container that was made without any. */
    readonly networkAfterNone?: string;
    /** The refusal of an address that another container has. */
    readonly takenAddress?: string;
  };
}

const LOGS = { stdout: true, stderr: true, timestamps: false, tail: null, since: null };
const SPEAKS = ['sh', '-c', 'echo out; echo err >&2; exit 3'];

/** What every {@link ContainerEngine} must do; one suite for the real ones and the fake. */
export function describeContainerEngine(
  name: string,
  make: () => Promise<EngineUnderTest>,
  { lacks = {} }: ConformanceOptions = {},
): void {
  describe(`container engine: ${name}`, () => {
    let test: EngineUnderTest;
    let engine: ContainerEngine;
    const made = new Set<string>();

    beforeAll(async () => {
      test = await make();
      engine = test.engine;
    });
    afterEach(async () => {
      for (const uuid of made) await Promise.all([engine.remove(uuid, true), test.other.remove(uuid, true)]);
      made.clear();
    });

    async function create(over: Partial<ContainerSpec> = {}, by: ContainerEngine = engine): Promise<EngineContainer> {
      const spec = makeSpec(over);
      made.add(spec.uuid);
      await by.create(spec, { image: test.image, networks: [], defaultRuntime: null });
      const container = await by.inspect(spec.uuid);
      if (!container) throw new Error(`container ${spec.uuid} is not there`);
      return container;
    }
    async function run(over: Partial<ContainerSpec> = {}): Promise<string> {
      const { uuid } = await create(over);
      await engine.start(uuid);
      return uuid;
    }
    async function look(uuid: string): Promise<EngineContainer> {
      const seen = await engine.inspect(uuid);
      if (!seen) throw new Error(`container ${uuid} is not there`);
      return seen;
    }
    async function untilPhase(uuid: string, phase: EngineContainer['state']['phase']): Promise<EngineContainer> {
      await expect.poll(async () => (await look(uuid)).state.phase, { timeout: 10_000 }).toBe(phase);
      return look(uuid);
    }
    async function readLog(uuid: string, over: Partial<typeof LOGS> = {}): Promise<string> {
      const parts: Uint8Array[] = [];
      for await (const part of await engine.logs(uuid, { ...LOGS, ...over })) parts.push(part);
      return Buffer.concat(parts).toString();
    }
    const refusal = (errorClass: string): unknown => expect.objectContaining({ errorClass });

    it('tells what its machine has', async () => {
      const info = await engine.info();
      expect(info.cpus).toBeGreaterThan(0);
      expect(info.memoryBytes).toBeGreaterThan(0);
      expect(info.runtimes.length).toBeGreaterThan(0);
      expect(info.rootDir).toMatch(/^\//);
    });

    describe('images', () => {
      it('knows an image it has, and says null for one it has not', async () => {
        expect(await engine.inspectImage(test.image)).toMatchObject({ id: expect.stringContaining('sha256') as string });
        expect(await engine.inspectImage('no.such.registry.invalid/none:1')).toBeNull();
      });
      it('refuses to pull what it cannot get', async () => {
        await expect(engine.pullImage('no.such.registry.invalid/none:1')).rejects.toBeInstanceOf(EngineRefusedError);
      });
      it('tells how large an image is', async () => {
        expect((await engine.inspectImage(test.image))!.sizeBytes).toBeGreaterThan(1024);
      });
      it('removes an image that is not there without complaint', async () => {
        await engine.removeImage('no.such.registry.invalid/none:1');
      });
      it('keeps an image that a container is made from, and says so', async () => {
        await create();
        await expect(engine.removeImage((await engine.inspectImage(test.image))!.id)).rejects.toEqual(refusal('conflict'));
        expect(await engine.inspectImage(test.image)).not.toBeNull();
      });
      it('rejects an aborted pull with the reason of the abort', async () => {
        const signal = AbortSignal.abort(new Error('no longer wanted'));
        await expect(engine.pullImage(test.image, { signal })).rejects.toThrow('no longer wanted');
      });
    });

    describe('commit', () => {
      const reference = (): string => `zun-conformance-${randomUUID().slice(0, 8)}:v1`;

      it('makes an image that containers can be made from, and that can be removed when none is', async () => {
        const uuid = await run({ command: ['sh', '-c', 'echo kept > /kept; sleep 600'] });
        const name = reference();
        const image = await engine.commit(uuid, name);
        expect(image).toMatchObject({ id: expect.stringContaining('sha256') as string, sizeBytes: expect.any(Number) as number });
        expect(await engine.inspectImage(name)).toEqual(image);
        expect((await look(uuid)).state.phase).toBe('running');

        const spec = makeSpec({ command: ['cat', '/kept'] });
        made.add(spec.uuid);
        await engine.create(spec, { image: name, networks: [], defaultRuntime: null });
        expect((await look(spec.uuid)).host).toBe(test.host);
        await expect(engine.removeImage(name)).rejects.toEqual(refusal('conflict'));
        await engine.remove(spec.uuid, true);
        await engine.removeImage(name);
        expect(await engine.inspectImage(name)).toBeNull();
      });
      it('leaves an image of that name as it is', async () => {
        const { uuid } = await create();
        const name = reference();
        const image = await engine.commit(uuid, name);
        expect(await engine.commit(uuid, name)).toEqual(image);
        await engine.removeImage(name);
      });
      it('does not hand down what a container of ours is known by', async () => {
        const { uuid } = await create();
        const name = reference();
        await engine.commit(uuid, name);
        const spec = makeSpec();
        made.add(spec.uuid);
        await test.other.create(spec, { image: name, networks: [], defaultRuntime: null });
        expect((await engine.list()).map((container) => container.uuid)).not.toContain(spec.uuid);
        expect(await test.other.inspect(spec.uuid)).toMatchObject({ uuid: spec.uuid, madeBy: null });
        await test.other.remove(spec.uuid, true);
        await engine.removeImage(name);
      });
      it('does not find a container that is not there', async () => {
        await expect(engine.commit(randomUUID(), reference())).rejects.toBeInstanceOf(ContainerNotFoundError);
      });
    });

    describe('create', () => {
      it('makes a container that has never been started', async () => {
        const container = await create({ hostname: 'box' });
        expect(container).toMatchObject({ host: test.host, hostname: 'box', command: ['sleep', '600'], networks: [] });
        expect(container.state).toMatchObject({ phase: 'created', startedAt: null, finishedAt: null, error: null });
      });
      it.skipIf(lacks.portsWithoutNetwork)(named('tells the ports it exposes', lacks.portsWithoutNetwork), async () => {
        expect((await create({ exposedPorts: { '80/tcp': {} } })).ports).toEqual([80]);
      });
      it('leaves the container that is there already, and says so', async () => {
        const { uuid, engineId } = await create();
        const again = await engine.create(makeSpec({ uuid }), { image: test.image, networks: [], defaultRuntime: null });
        expect(again).toBe(false);
        expect((await look(uuid)).engineId).toBe(engineId);
      });
      it('refuses the name of a container of another host', async () => {
        const { uuid } = await create({}, test.other);
        await expect(create({ uuid })).rejects.toEqual(refusal('conflict'));
      });
      it('refuses an image it does not have', async () => {
        const spec = makeSpec();
        const creating = engine.create(spec, { image: 'none:1', networks: [], defaultRuntime: null });
        await expect(creating).rejects.toMatchObject({ errorClass: 'invalid', code: 'image-not-found' });
      });
    });

    it('tells which action made a container', async () => {
      const spec = makeSpec();
      made.add(spec.uuid);
      await engine.create(spec, { image: test.image, networks: [], defaultRuntime: null, madeBy: 42 });
      expect((await look(spec.uuid)).madeBy).toBe(42);
      expect((await create()).madeBy).toBeNull();
    });

    describe.skipIf(lacks.networks)(named('networks', lacks.networks), () => {
      const names = ({ networks }: EngineContainer): string[] => networks.map(({ networkName }) => networkName).sort();
      const net = (index: number) => ({ networkName: test.networks[index]! });
      async function createOn(...networks: { networkName: string }[]): Promise<string> {
        const spec = makeSpec();
        made.add(spec.uuid);
        await engine.create(spec, { image: test.image, networks, defaultRuntime: null });
        return spec.uuid;
      }
      it('are connected and disconnected while it runs, each also when it is so already', async () => {
        const uuid = await createOn(net(0));
        await engine.start(uuid);
        for (let times = 0; times < 2; times++) await engine.connect(uuid, net(1));
        const both = await look(uuid);
        expect(names(both)).toEqual([...test.networks].sort());
        expect(both.networks.every(({ ipv4 }) => ipv4 !== null)).toBe(true);
        for (let times = 0; times < 2; times++) await engine.disconnect(uuid, test.networks[0]);
        expect(names(await look(uuid))).toEqual([test.networks[1]]);
      });
      it('are connected and disconnected before it has ever run, and stay so when it does', async () => {
        const uuid = await createOn(net(0));
        await engine.connect(uuid, net(1));
        await engine.disconnect(uuid, test.networks[0]);
        await engine.start(uuid);
        await engine.restart(uuid, 0);
        expect(names(await look(uuid))).toEqual([test.networks[1]]);
      });
      it('can be none at all, and then one again', async () => {
        const uuid = await createOn(net(0));
        await engine.start(uuid);
        await engine.disconnect(uuid, test.networks[0]);
        await engine.restart(uuid, 0);
        expect(names(await look(uuid))).toEqual([]);
        await engine.connect(uuid, net(1));
        expect(names(await look(uuid))).toEqual([test.networks[1]]);
      });
      it.skipIf(lacks.networkAfterNone)(named('can be added to one made without', lacks.networkAfterNone), async () => {
        const uuid = await run();
        await engine.connect(uuid, net(0));
        expect(names(await look(uuid))).toEqual([test.networks[0]]);
      });
      const takenRule = 'refuses an address that is taken, and leaves the container as it was';
      it.skipIf(lacks.takenAddress)(named(takenRule, lacks.takenAddress), async () => {
        const taken = { ...net(1), ipv4: test.address };
        await engine.start(await createOn(taken));
        const uuid = await createOn(net(0));
        await engine.start(uuid);
        await expect(engine.connect(uuid, taken)).rejects.toBeInstanceOf(EngineRefusedError);
        await engine.restart(uuid, 0);
        expect(names(await look(uuid))).toEqual([test.networks[0]]);
      });
      it('gives the address that is asked for', async () => {
        const uuid = await createOn(net(0));
        await engine.start(uuid);
        await engine.connect(uuid, { ...net(1), ipv4: test.address });
        const { networks } = await look(uuid);
        expect(networks.find(({ networkName }) => networkName === test.networks[1])?.ipv4).toBe(test.address);
      });
      it('refuses one that is not there', async () => {
        const uuid = await createOn(net(0));
        await expect(engine.connect(uuid, { networkName: 'no-such-network' })).rejects.toMatchObject({
          code: 'network-not-found',
        });
      });
    });

    describe('start, stop, restart', () => {
      it('starts once, however often it is asked', async () => {
        const uuid = await run();
        const { state } = await look(uuid);
        expect(state).toMatchObject({ phase: 'running', startedAt: expect.any(String) as string });
        await engine.start(uuid);
        expect((await look(uuid)).state.startedAt).toBe(state.startedAt);
      });
      it('refuses to start what cannot run, and says why', async () => {
        const { uuid } = await create({ command: ['no-such-command'] });
        await expect(engine.start(uuid)).rejects.toThrow(/no-such-command/);
      });
      it('keeps the exit code of a process that ended by itself', async () => {
        const uuid = await run({ command: ['sh', '-c', 'exit 3'] });
        expect((await untilPhase(uuid, 'exited')).state).toMatchObject({ exitCode: 3, finishedAt: expect.any(String) as string });
      });
      it('stops, and stopping again is success', async () => {
        const uuid = await run();
        await engine.stop(uuid, 0);
        expect((await look(uuid)).state.phase).toBe('exited');
        await engine.stop(uuid, 0);
      });
      it('restarts a running and a stopped one', async () => {
        const uuid = await run();
        const first = (await look(uuid)).state.startedAt!;
        await engine.restart(uuid, 0);
        const second = (await look(uuid)).state;
        expect(second.phase).toBe('running');
        expect(Date.parse(second.startedAt!)).toBeGreaterThan(Date.parse(first));
        await engine.stop(uuid, 0);
        await engine.restart(uuid, 0);
        expect((await look(uuid)).state.phase).toBe('running');
      });
    });

    describe('pause, unpause, kill', () => {
      it('pauses and unpauses, each also when it is so already', async () => {
        const uuid = await run();
        await engine.pause(uuid);
        await engine.pause(uuid);
        expect((await look(uuid)).state.phase).toBe('paused');
        await engine.unpause(uuid);
        await engine.unpause(uuid);
        expect((await look(uuid)).state.phase).toBe('running');
      });
      it('refuses to pause what does not run', async () => {
        const { uuid } = await create();
        await expect(engine.pause(uuid)).rejects.toEqual(refusal('conflict'));
      });
      it('kills, and killing what has ended is success', async () => {
        const uuid = await run();
        await engine.kill(uuid, 'SIGKILL');
        expect((await untilPhase(uuid, 'exited')).state.exitCode).toBe(137);
        await engine.kill(uuid, 'SIGKILL');
      });
      it('refuses to kill what never ran', async () => {
        const { uuid } = await create();
        await expect(engine.kill(uuid, 'SIGKILL')).rejects.toEqual(refusal('conflict'));
      });
    });

    describe('remove', () => {
      it('refuses a running one unless forced', async () => {
        const uuid = await run();
        await expect(engine.remove(uuid, false)).rejects.toEqual(refusal('conflict'));
        await engine.remove(uuid, true);
        expect(await engine.inspect(uuid)).toBeNull();
      });
      it('succeeds when it is gone', async () => {
        await engine.remove(randomUUID(), false);
        await engine.remove(randomUUID(), true);
      });
      it('happens by itself with auto-remove', async () => {
        const uuid = await run({ command: ['true'], autoRemove: true });
        await expect.poll(() => engine.inspect(uuid), { timeout: 10_000 }).toBeNull();
      });
    });

    describe('a container that is not there', () => {
      const verbs: Record<string, (uuid: string) => Promise<unknown>> = {
        start: (uuid) => engine.start(uuid),
        stop: (uuid) => engine.stop(uuid, 1),
        restart: (uuid) => engine.restart(uuid, 1),
        pause: (uuid) => engine.pause(uuid),
        unpause: (uuid) => engine.unpause(uuid),
        kill: (uuid) => engine.kill(uuid, 'SIGKILL'),
        updateResources: (uuid) => engine.updateResources(uuid, { cpu: 1, memorySwap: -1 }),
        connect: (uuid) => engine.connect(uuid, { networkName: test.networks[0] }),
        disconnect: (uuid) => engine.disconnect(uuid, test.networks[0]),
        logs: (uuid) => engine.logs(uuid, LOGS),
        exec: (uuid) => engine.exec(uuid, { command: ['true'], interactive: false, timeoutMs: 1000 }),
        top: (uuid) => engine.top(uuid, null),
        stats: (uuid) => engine.stats(uuid),
        watchStats: (uuid) => engine.watchStats(uuid, new AbortController().signal),
        getArchive: (uuid) => engine.getArchive(uuid, '/tmp'),
        putArchive: (uuid) => engine.putArchive(uuid, '/tmp', bytes(Buffer.alloc(1024))),
      };
      it.each(Object.keys(verbs))('%s: not found', async (verb) => {
        await expect(verbs[verb]!(randomUUID())).rejects.toBeInstanceOf(ContainerNotFoundError);
      });
      it.each(Object.keys(verbs))("%s: another host's counts as not there", async (verb) => {
        const { uuid } = await create({}, test.other);
        await expect(verbs[verb]!(uuid)).rejects.toBeInstanceOf(ContainerNotFoundError);
      });
    });

    it("lists this host's containers only, and leaves the others' alone", async () => {
      const mine = await create();
      const theirs = await create({}, test.other);
      const listed = (await engine.list()).map(({ uuid }) => uuid);
      expect(listed).toContain(mine.uuid);
      expect(listed).not.toContain(theirs.uuid);
      expect(await engine.inspect(theirs.uuid)).toBeNull();
      await engine.remove(theirs.uuid, true);
      expect(await test.other.inspect(theirs.uuid)).not.toBeNull();
    });

    describe('logs', () => {
      it('has both streams, or the one that is asked for', async () => {
        const uuid = await run({ command: SPEAKS });
        await untilPhase(uuid, 'exited');
        expect((await readLog(uuid)).split('\n').sort()).toEqual(['', 'err', 'out']);
        expect(await readLog(uuid, { stderr: false })).toBe('out\n');
        expect(await readLog(uuid, { stdout: false })).toBe('err\n');
      });
      it('has the last lines, and times', async () => {
        const uuid = await run({ command: ['sh', '-c', 'echo a; echo b; echo c'] });
        await untilPhase(uuid, 'exited');
        expect(await readLog(uuid, { tail: 2 as never })).toBe('b\nc\n');
        expect(await readLog(uuid, { timestamps: true, tail: 1 as never })).toMatch(/^\d{4}-\d\d-\d\dT\S+ c\n$/);
      });
      it('passes on what looks like JSON as it is', async () => {
        const uuid = await run({ command: ['echo', '{"a":1}'] });
        await untilPhase(uuid, 'exited');
        expect(await readLog(uuid)).toBe('{"a":1}\n');
      });
      it('is empty before the first start', async () => {
        const { uuid } = await create();
        expect(await readLog(uuid)).toBe('');
      });
      it('refuses to read no stream at all', async () => {
        const uuid = await run();
        await expect(readLog(uuid, { stdout: false, stderr: false })).rejects.toEqual(refusal('invalid'));
      });
    });

    describe('a log that is followed', () => {
      const LIVE = ['sh', '-c', 'echo first; sleep 600'];
      const follow = (uuid: string, signal = new AbortController().signal): Promise<AsyncIterable<Uint8Array>> =>
        engine.logs(uuid, { ...LOGS, follow: true, signal });

      it('has what was said, and ends when the container does', async () => {
        const uuid = await run({ command: LIVE });
        const reader = (await follow(uuid))[Symbol.asyncIterator]();
        expect(textOf((await reader.next()).value as Uint8Array)).toBe('first\n');
        const next = reader.next();
        await engine.kill(uuid, 'SIGKILL');
        expect((await next).done).toBe(true);
      });
      it('ends quietly when nobody wants it any more', async () => {
        const left = new AbortController();
        const reader = (await follow(await run({ command: LIVE }), left.signal))[Symbol.asyncIterator]();
        await reader.next();
        const next = reader.next();
        left.abort();
        expect((await next).done).toBe(true);
      });
      it('of a container that has ended is what it said', async () => {
        const uuid = await run({ command: ['echo', 'done'] });
        await untilPhase(uuid, 'exited');
        let said = '';
        for await (const part of await follow(uuid)) said += textOf(part);
        expect(said).toBe('done\n');
      });
      it('has what is said meanwhile', async () => {
        const uuid = await run({ command: ['sh'], interactive: true });
        const reader = (await follow(uuid))[Symbol.asyncIterator]();
        const next = reader.next();
        const terminal = await engine.attach(uuid);
        terminal.input.write('echo spoken\n');
        expect(textOf((await next).value as Uint8Array)).toContain('spoken');
        terminal.hangUp();
        await engine.kill(uuid, 'SIGKILL');
        expect((await reader.next()).done).toBe(true);
      });
    });

    describe('exec', () => {
      it('returns what the command says and its exit code', async () => {
        const uuid = await run();
        const { output, exitCode } = await engine.exec(uuid, { command: SPEAKS, interactive: false, timeoutMs: 10_000 });
        expect(exitCode).toBe(3);
        expect(output.split('\n').sort()).toEqual(['', 'err', 'out']);
      });
      it('gives up a command that outlives its time', async () => {
        const uuid = await run();
        const running = engine.exec(uuid, { command: ['sleep', '30'], interactive: false, timeoutMs: 300 });
        await expect(running).rejects.toMatchObject({ errorClass: 'conflict', detail: 'Timeout on executing command: sleep 30' });
      });
      it('refuses when the container does not run', async () => {
        const { uuid } = await create();
        const running = engine.exec(uuid, { command: ['true'], interactive: false, timeoutMs: 1000 });
        await expect(running).rejects.toEqual(refusal('conflict'));
      });
    });

    describe('terminals', () => {
      const SIZE = { height: 33, width: 99 };
      const UNKNOWN = '0'.repeat(64);
      const SHELL = { command: ['sh'], interactive: true };

      async function hear(terminal: Terminal): Promise<string> {
        let said = '';
        for await (const part of terminal.output) said += Buffer.from(part).toString();
        return said;
      }

      it('runs a prepared command once, with all of its output and its exit code', async () => {
        const uuid = await run();
        const execId = await engine.createExec(uuid, { command: SPEAKS, interactive: false });
        expect(execId).toMatch(/^[0-9a-f]{64}$/);
        const said = await hear(await engine.startExec(uuid, execId));
        expect(said.split('\n').sort()).toEqual(['', 'err', 'out']);
        await expect.poll(() => engine.execExitCode(uuid, execId)).toBe(3);
        await expect(engine.startExec(uuid, execId)).rejects.toEqual(refusal('conflict'));
      });
      it('passes on what is typed to a command with a terminal, and resizes that', async () => {
        const uuid = await run();
        const execId = await engine.createExec(uuid, SHELL);
        const terminal = await engine.startExec(uuid, execId);
        await expect.poll(() => engine.resizeExec(uuid, execId, SIZE)).toBeUndefined();
        expect(await engine.execExitCode(uuid, execId)).toBeNull();
        const said = hear(terminal);
        terminal.input.write('echo spo""ken\n');
        terminal.input.write('exit 5\n');
        expect(await said).toMatch(/spo/);
        await expect.poll(() => engine.execExitCode(uuid, execId)).toBe(5);
        await expect(engine.resizeExec(uuid, execId, SIZE)).rejects.toEqual(refusal('invalid'));
      });
      it('ends a command that nobody listens to any more, and knows which there are', async () => {
        const uuid = await run();
        const execId = await engine.createExec(uuid, SHELL);
        const terminal = await engine.startExec(uuid, execId);
        await expect.poll(() => engine.streamedExecs()).toContainEqual({ uuid, execId });
        terminal.hangUp();
        await engine.endExec(uuid, execId);
        expect(await engine.streamedExecs()).not.toContainEqual({ uuid, execId });
        await engine.endExec(uuid, execId);
      });
      it('knows no commands but those of the container', async () => {
        const uuid = await run();
        const execId = await engine.createExec(await run(), SHELL);
        for (const strange of [UNKNOWN, execId]) {
          await expect(engine.startExec(uuid, strange)).rejects.toEqual(refusal('invalid'));
          await expect(engine.resizeExec(uuid, strange, SIZE)).rejects.toEqual(refusal('invalid'));
        }
        await expect(engine.startExec((await create()).uuid, UNKNOWN)).rejects.toEqual(refusal('conflict'));
      });
      it('joins the container itself, and leaves it running', async () => {
        const uuid = await run({ command: ['sh'], interactive: true, tty: true });
        (await engine.attach(uuid)).hangUp();
        const terminal = await engine.attach(uuid);
        const said = hear(terminal);
        await engine.resize(uuid, SIZE);
        terminal.input.write('exit 4\n');
        await said;
        expect((await untilPhase(uuid, 'exited')).state.exitCode).toBe(4);
        await expect(engine.attach(uuid)).rejects.toEqual(refusal('conflict'));
        await expect(engine.resize(uuid, SIZE)).rejects.toEqual(refusal('conflict'));
      });
    });

    it('shows processes and use of a running container, and refuses for another', async () => {
      const uuid = await run();
      const top = await engine.top(uuid, null);
      expect(top.processes[0]).toHaveLength(top.titles.length);
      expect(top.processes[0]!.at(-1)).toContain('sleep 600');
      const stats = await engine.stats(uuid);
      expect(stats.memoryLimitBytes).toBeGreaterThan(0);
      expect(stats.systemCpuUsage).toBeGreaterThan(0);
      await engine.stop(uuid, 0);
      await expect(engine.stats(uuid)).rejects.toEqual(refusal('conflict'));
      await expect(engine.top(uuid, null)).rejects.toBeInstanceOf(DomainError);
    });

    it('samples the use of a running container until it stops, or nobody wants it any more', async () => {
      const uuid = await run({ memoryMib: 64 });
      const left = new AbortController();
      const one = (await engine.watchStats(uuid, left.signal))[Symbol.asyncIterator]();
      const other = (await engine.watchStats(uuid, new AbortController().signal))[Symbol.asyncIterator]();
      const first = (await one.next()).value as TimedStatsSample;
      const second = (await one.next()).value as TimedStatsSample;
      expect(first.systemCpuUsage).toBeGreaterThan(0);
      expect(first.memoryLimitBytes).toBe(64 * 1024 ** 2);
      expect(Date.parse(second.time)).toBeGreaterThan(Date.parse(first.time));
      const next = one.next();
      left.abort();
      for (let result = await next; !result.done;) result = await one.next();
      await engine.stop(uuid, 0);
      for (let result = await other.next(); !result.done;) result = await other.next();
      await expect(engine.watchStats(uuid, new AbortController().signal)).rejects.toEqual(refusal('conflict'));
    });

    it.skipIf(lacks.updateResources)(named('changes the limits of a live container', lacks.updateResources), async () => {
      const uuid = await run({ memoryMib: 64 });
      // More than twice as much, which needs more swap too; and back.
      for (const memoryMib of [300, 64]) {
        await engine.updateResources(uuid, { cpu: 0.5, memoryMib, memorySwap: -1 });
        expect((await engine.stats(uuid)).memoryLimitBytes).toBe(memoryMib * 1024 ** 2);
      }
    });

    describe('archives', () => {
      const archive = makeTar([{ path: 'note', content: 'written here' }]);
      const read = async (uuid: string, path: string): Promise<{ stat: object; content: Buffer }> => {
        const { stat, content } = await engine.getArchive(uuid, path);
        const parts: Uint8Array[] = [];
        for await (const part of content) parts.push(part);
        return { stat, content: Buffer.concat(parts) };
      };
      it('gives back what was put, before the container has ever run, too', async () => {
        const { uuid } = await create();
        await engine.putArchive(uuid, '/tmp', bytes(archive.subarray(0, 700), archive.subarray(700)));
        const { stat, content } = await read(uuid, '/tmp/note');
        expect(stat).toMatchObject({ name: 'note', mode: expect.any(Number) as number, linkTarget: '' });
        expect(content.toString()).toContain('written here');
        expect(content.length % 512).toBe(0);
      });
      it('refuses a path that is not there, and what is no archive', async () => {
        const uuid = await run();
        await expect(engine.getArchive(uuid, '/no/such')).rejects.toEqual(refusal('invalid'));
        await expect(engine.putArchive(uuid, '/no/such', bytes(archive))).rejects.toEqual(refusal('invalid'));
        await expect(engine.putArchive(uuid, '/tmp', bytes(Buffer.alloc(700, 'x')))).rejects.toEqual(refusal('invalid'));
      });
      it('throws what its source throws', async () => {
        const uuid = await run();
        await expect(engine.putArchive(uuid, '/tmp', broken())).rejects.toThrow('broke off');
      });
    });

    describe('events', () => {
      it("tells of this host's containers from the moment it is ready, and ends quietly", async () => {
        const stop = new AbortController();
        const seen: EngineEvent[] = [];
        let ready = (): void => undefined;
        const isReady = new Promise<void>((resolve) => (ready = resolve));
        const reading = (async () => {
          for await (const event of engine.events(stop.signal, ready)) seen.push(event);
        })();
        await isReady;
        const theirs = await create({}, test.other);
        const mine = await run();
        await engine.kill(mine, 'SIGKILL');
        await engine.remove(mine, true);
        const actions = (uuid: string): string[] => seen.filter((event) => event.uuid === uuid).map(({ action }) => action);
        await expect.poll(() => actions(mine)).toEqual(expect.arrayContaining(['create', 'start', 'die']));
        await expect.poll(() => actions(mine).some((action) => action === 'destroy' || action === 'remove')).toBe(true);
        expect(actions(theirs.uuid)).toEqual([]);
        stop.abort();
        await reading;
      });
    });
  });
}

const textOf = (chunk: Uint8Array): string => Buffer.from(chunk).toString();

async function* bytes(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(512);
  throw new Error('the source broke off');
}

function named(rule: string, lack: string | undefined): string {
  return lack ? `${rule} (${lack})` : rule;
}
