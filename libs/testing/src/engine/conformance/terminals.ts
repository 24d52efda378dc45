import type { Terminal } from '@zun/driver-api';
import { describe, expect, it } from 'vitest';
import { SPEAKS, refusal, type ConformanceContext } from './context.js';

/** Commands and containers with someone at their terminal. */
export function describeTerminals(context: ConformanceContext): void {
  const { create, run, untilPhase } = context;
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
      const execId = await context.engine.createExec(uuid, { command: SPEAKS, interactive: false });
      expect(execId).toMatch(/^[0-9a-f]{64}$/);
      const said = await hear(await context.engine.startExec(uuid, execId));
      expect(said.split('\n').sort()).toEqual(['', 'err', 'out']);
      await expect.poll(() => context.engine.execExitCode(uuid, execId)).toBe(3);
      await expect(context.engine.startExec(uuid, execId)).rejects.toEqual(refusal('conflict'));
    });
    it('passes on what is typed to a command with a terminal, and resizes that', async () => {
      const uuid = await run();
      const execId = await context.engine.createExec(uuid, SHELL);
      const terminal = await context.engine.startExec(uuid, execId);
      await expect.poll(() => context.engine.resizeExec(uuid, execId, SIZE)).toBeUndefined();
      expect(await context.engine.execExitCode(uuid, execId)).toBeNull();
      const said = hear(terminal);
      terminal.input.write('echo spo""ken\n');
      terminal.input.write('exit 5\n');
      expect(await said).toMatch(/spo/);
      await expect.poll(() => context.engine.execExitCode(uuid, execId)).toBe(5);
      await expect(context.engine.resizeExec(uuid, execId, SIZE)).rejects.toEqual(refusal('invalid'));
    });
    it('ends a command that nobody listens to any more, and knows which there are', async () => {
      const uuid = await run();
      const execId = await context.engine.createExec(uuid, SHELL);
      const terminal = await context.engine.startExec(uuid, execId);
      await expect.poll(() => context.engine.streamedExecs()).toContainEqual({ uuid, execId });
      terminal.hangUp();
      await context.engine.endExec(uuid, execId);
      expect(await context.engine.streamedExecs()).not.toContainEqual({ uuid, execId });
      await context.engine.endExec(uuid, execId);
    });
    it('knows no commands but those of the container', async () => {
      const uuid = await run();
      const execId = await context.engine.createExec(await run(), SHELL);
      for (const strange of [UNKNOWN, execId]) {
        await expect(context.engine.startExec(uuid, strange)).rejects.toEqual(refusal('invalid'));
        await expect(context.engine.resizeExec(uuid, strange, SIZE)).rejects.toEqual(refusal('invalid'));
      }
      await expect(context.engine.startExec((await create()).uuid, UNKNOWN)).rejects.toEqual(refusal('conflict'));
    });
    it('joins the container itself, and leaves it running', async () => {
      const uuid = await run({ command: ['sh'], interactive: true, tty: true });
      (await context.engine.attach(uuid)).hangUp();
      const terminal = await context.engine.attach(uuid);
      const said = hear(terminal);
      await context.engine.resize(uuid, SIZE);
      terminal.input.write('exit 4\n');
      await said;
      expect((await untilPhase(uuid, 'exited')).state.exitCode).toBe(4);
      await expect(context.engine.attach(uuid)).rejects.toEqual(refusal('conflict'));
      await expect(context.engine.resize(uuid, SIZE)).rejects.toEqual(refusal('conflict'));
    });
  });
}
