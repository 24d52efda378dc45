import type { Writable } from 'node:stream';

/** Both ways of a process's terminal, or of its plain input and output. */
export interface Terminal {
  /** What is typed. Ending it ends the process's input only: its output still comes, except where a terminal of the container's own hangs up. */
  readonly input: Writable;
  /** What the process says on both its streams, as it came, at the pace it is read. Ends with the process, or with the connection. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Lets go of both ways at once. */
  hangUp(): void;
}
