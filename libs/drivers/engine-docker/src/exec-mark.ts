import { randomInt } from 'node:crypto';

/**
 * What would detach from a terminal and leave its process running: keys that nobody types, instead of the engine's own Ctrl-P Ctrl-Q, which
 * would hold back every Ctrl-P.
 */
export const DETACH_KEYS = 'ctrl-^,ctrl-_,ctrl-^,ctrl-_';
const DETACH_BYTES = Buffer.from([0x1e, 0x1f, 0x1e, 0x1f]);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const MARK_LENGTH = 12;
const VARIABLE = 'ZUN_EXEC';

/**
 * What one of our commands is known by: its processes carry it in their environment, and the engine shows it as the end of the keys that
 * detach from the command, where it shows nothing else that we may choose.
 */
export function newMark(): string {
  return Array.from({ length: MARK_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** The mark as its processes have it. */
export const variableOf = (mark: string): string => `${VARIABLE}=${mark}`;

/** The mark as the engine keeps it. */
export const keysOf = (mark: string): string => [DETACH_KEYS, ...mark].join(',');

/**
 * @param keys base64 of them (Docker), or their names (Podman)
 * @returns null for a command that is not ours; empty for one of ours from before there were marks
 */
export function markOf(keys = ''): string | null {
  const mark = keys.startsWith(DETACH_KEYS)
    ? keys.slice(DETACH_KEYS.length).replaceAll(',', '')
    : markOfBytes(Buffer.from(keys, 'base64'));
  return mark !== null && /^[a-z]*$/.test(mark) ? mark : null;
}

function markOfBytes(bytes: Buffer): string | null {
  return bytes.subarray(0, DETACH_BYTES.length).equals(DETACH_BYTES) ? bytes.toString('latin1', DETACH_BYTES.length) : null;
}
