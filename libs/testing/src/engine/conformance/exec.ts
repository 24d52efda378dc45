import { describe, expect, it } from 'vitest';
import { SPEAKS, refusal, type ConformanceContext } from './context.js';

/** Commands that are run to their end. */
export function describeExec(context: ConformanceContext): void {
  const { create, run } = context;
  describe('exec', () => {
    it('returns what the command says and its exit code', async () => {
      const uuid = await run();
      const { output, exitCode } = await context.engine.exec(uuid, { command: SPEAKS, interactive: false, timeoutMs: 10_000 });
      expect(exitCode).toBe(3);
      expect(output.split('\n').sort()).toEqual(['', 'err', 'out']);
    });
    it('gives up a command that outlives its time', async () => {
      const uuid = await run();
      const running = context.engine.exec(uuid, { command: ['sleep', '30'], interactive: false, timeoutMs: 300 });
      await expect(running).rejects.toMatchObject({ errorClass: 'conflict', detail: 'Timeout on executing command: sleep 30' });
    });
    it('refuses when the container does not run', async () => {
      const { uuid } = await create();
      const running = context.engine.exec(uuid, { command: ['true'], interactive: false, timeoutMs: 1000 });
      await expect(running).rejects.toEqual(refusal('conflict'));
    });
  });
}
