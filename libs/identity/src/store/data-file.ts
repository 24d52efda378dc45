import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EMPTY_DATA, type IdentityData } from '../model.js';
import { withFileLock } from './file-lock.js';
import { parseData } from './parse-data.js';

/** The users file: read when it changed, written whole and at once, so that no reader ever sees half of it. */
export class DataFile {
  constructor(readonly path: string) {}

  /** @returns a mark that changes when the file does; empty while there is none */
  mark(): string {
    const stat = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    return stat ? `${stat.ino}-${stat.mtimeNs}-${stat.size}` : '';
  }

  /**
   * @returns what the file holds; nothing when there is none
   * @throws Error naming the file and what is wrong in it
   */
  read(): IdentityData {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY_DATA;
      throw error;
    }
    try {
      return parseData(text);
    } catch (error) {
      throw new Error(`${this.path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  /** Changes the newest state of the file; other processes that change it too wait. */
  async update<T>(change: (data: IdentityData) => { data: IdentityData; result: T }): Promise<T> {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    return withFileLock(`${this.path}.lock`, () => {
      const { data, result } = change(this.read());
      this.write(data);
      return result;
    });
  }

  private write(data: IdentityData): void {
    const temporary = `${this.path}.${process.pid}.tmp`;
    const descriptor = openSync(temporary, 'w', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(data, null, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, this.path);
  }
}
