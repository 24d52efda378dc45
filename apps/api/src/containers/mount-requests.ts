import { posix } from 'node:path';
import { InvalidValueError, type MountRequest } from '@zun/domain';

/** Bytes of all files of one container: they travel with every message about it. */
export const MAX_FILE_BYTES = 256 * 1024;

/** Docker's rule for names of volumes. */
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_DESTINATION = 4_000;

/** A mount as the schema lets it through. */
interface GivenMount {
  readonly type?: 'volume' | 'bind';
  readonly source?: string;
  readonly destination: string;
  readonly size?: number | string;
}

/**
 * What a create body asks to be mounted.
 * @throws InvalidValueError naming the mount and the rule
 */
export function parseMounts(value: unknown): MountRequest[] {
  const mounts = ((value ?? []) as GivenMount[]).map(parseMount);
  const destinations = mounts.map(({ destination }) => destination);
  const twice = destinations.find((destination, index) => destinations.indexOf(destination) !== index);
  if (twice !== undefined) throw new InvalidValueError(`mounts: the destination ${twice} is given twice`);
  const bytes = mounts.reduce((sum, mount) => sum + (mount.kind === 'file' ? Buffer.byteLength(mount.content, 'base64') : 0), 0);
  if (bytes > MAX_FILE_BYTES) {
    throw new InvalidValueError(`mounts: the files have ${bytes} bytes together, and at most ${MAX_FILE_BYTES} are possible`);
  }
  return mounts;
}

function parseMount(given: GivenMount): MountRequest {
  const { type, source = '', size } = given;
  const destination = parseDestination(given.destination);
  if (type === 'bind') {
    if (size !== undefined) throw new InvalidValueError('mounts: size is for volumes; a mount of type bind has none');
    return { kind: 'file', destination, content: parseContent(source, destination) };
  }
  if (source === '') return { kind: 'new', destination, sizeGib: Number(size) };
  if (size !== undefined) throw new InvalidValueError('mounts: give a source or, for a new volume, a size, not both');
  if (!VOLUME_NAME.test(source)) {
    throw new InvalidValueError(
      'mounts: the source of a volume must be its name or uuid, 1 to 255 letters, digits, dots, dashes and underscores',
    );
  }
  return { kind: 'named', destination, source };
}

/** @returns the path in its shortest form */
function parseDestination(text: string): string {
  const path = posix.normalize(text).replace(/(.)\/+$/, '$1');
  const isFine = text.startsWith('/') && path !== '/' && !/[:\0]/.test(text) && !text.split('/').includes('..');
  if (!isFine || Buffer.byteLength(path) > MAX_DESTINATION) {
    throw new InvalidValueError('mounts: the destination must be an absolute path other than /, without : and ..');
  }
  return path;
}

function parseContent(source: string, destination: string): string {
  const text = source.replace(/\s/g, '');
  if (!BASE64.test(text)) {
    throw new InvalidValueError(
      `mounts: the source of ${destination} must be the content of a file in Base64`,
      'base-64-exception',
    );
  }
  return text;
}
