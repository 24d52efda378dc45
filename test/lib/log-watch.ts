import { closeSync, fstatSync, openSync, readSync, watch } from 'node:fs';

/** Calls back with each line that is added to a log from now on. */
export function watchLog(file: string, onLine: (line: string) => void): { close(): void } {
  const log = openSync(file, 'r');
  let position = fstatSync(log).size;
  let rest = '';
  const read = (): void => {
    const size = fstatSync(log).size;
    if (size <= position) return;
    const buffer = Buffer.alloc(size - position);
    position += readSync(log, buffer, 0, buffer.length, position);
    const lines = (rest + buffer.toString()).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
  const watcher = watch(file, read);
  return {
    close: () => {
      watcher.close();
      closeSync(log);
    },
  };
}
