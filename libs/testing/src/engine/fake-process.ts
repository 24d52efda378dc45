import type { Terminal } from '@zun/driver-api';
import { PassThrough, Writable } from 'node:stream';
import type { Program } from './fake-program.js';

/**
 * A process that one can talk to: it says what its program says, and one that goes on repeats every line that is typed, until it is told
 * `exit <code>`.
 */
export class FakeProcess {
  exitCode: number | null = null;
  /** Somebody who has joined it will type no more. */
  isInputEnded = false;
  private readonly outputs = new Set<PassThrough>();

  constructor(
    private readonly program: Program,
    private readonly onEnd: (exitCode: number) => void = () => undefined,
    /** Is told what it says of what is typed. */
    private readonly onSay: (text: string) => void = () => undefined,
  ) {}

  /** Joins it. The first to do so hears all of a short program. */
  join(): Terminal {
    const output = new PassThrough();
    this.outputs.add(output);
    const input = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.type(chunk.toString());
        done();
      },
      final: (done) => {
        this.isInputEnded = true;
        done();
      },
    });
    return { input, output, hangUp: () => void (this.outputs.delete(output), output.destroy(), input.destroy()) };
  }

  /** Says what the program says, and ends if that does. */
  begin(): void {
    for (const { text } of this.program.lines) this.say(text);
    if (this.program.exitCode !== null) this.end(this.program.exitCode);
  }

  end(exitCode: number): void {
    if (this.exitCode !== null) return;
    this.exitCode = exitCode;
    for (const output of this.outputs) output.end();
    this.onEnd(exitCode);
  }

  private type(text: string): void {
    const told = /^exit (\d+)$/m.exec(text);
    if (told) this.end(Number(told[1]));
    else this.say(text);
  }

  say(text: string): void {
    this.onSay(text);
    for (const output of this.outputs) output.write(text);
  }
}
