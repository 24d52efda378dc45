import { describe, expect, it } from 'vitest';
import { textOf } from './bytes.js';
import { LOGS, SPEAKS, refusal, type ConformanceContext } from './context.js';

/** Logs, read as they are or followed. */
export function describeLogs(context: ConformanceContext): void {
  const { create, run, untilPhase, readLog } = context;
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
      expect(await readLog(uuid, { tail: 2 })).toBe('b\nc\n');
      expect(await readLog(uuid, { timestamps: true, tail: 1 })).toMatch(/^\d{4}-\d\d-\d\dT\S+ c\n$/);
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
      context.engine.logs(uuid, { ...LOGS, follow: true, signal });

    it('has what was said, and ends when the container does', async () => {
      const uuid = await run({ command: LIVE });
      const reader = (await follow(uuid))[Symbol.asyncIterator]();
      expect(textOf((await reader.next()).value as Uint8Array)).toBe('first\n');
      const next = reader.next();
      await context.engine.kill(uuid, 'SIGKILL');
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
      const terminal = await context.engine.attach(uuid);
      terminal.input.write('echo spoken\n');
      expect(textOf((await next).value as Uint8Array)).toContain('spoken');
      terminal.hangUp();
      await context.engine.kill(uuid, 'SIGKILL');
      expect((await reader.next()).done).toBe(true);
    });
  });
}
