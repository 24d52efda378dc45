import { join, resolve } from 'node:path';

/**
 * Where oslo.log would log to: `log_file`, inside `log_dir` when that is set; `<program>.log` with `log_dir` alone.
 * @returns null for standard output
 */
export function logFileOf(options: { log_file: string | null; log_dir: string | null }, program: string): string | null {
  const { log_file: file, log_dir: folder } = options;
  if (file !== null) return resolve(folder ?? '.', file);
  return folder === null ? null : join(folder, `${program}.log`);
}
