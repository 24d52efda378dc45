import type { FileMount } from '@zun/domain';

const BLOCK = 512;
/** Bytes of a path that a plain header can hold. */
const MAX_NAME = 100;

/**
 * The files of a container as a tar archive, to be unpacked at its root: root's, readable by everybody in the container, as a file that is
 * bound into it would be. Longer paths travel as GNU tar writes them.
 */
export function archiveFiles(files: readonly FileMount[]): Buffer {
  const blocks = files.flatMap(({ destination, content }) => {
    const path = Buffer.from(destination.replace(/^\//, ''));
    return [
      ...(path.length > MAX_NAME ? longName(path) : []),
      ...entry(path.subarray(0, MAX_NAME), Buffer.from(content, 'base64'), '0'),
    ];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function longName(path: Buffer): Buffer[] {
  return entry(Buffer.from('././@LongLink'), Buffer.concat([path, Buffer.alloc(1)]), 'L');
}

function entry(name: Buffer, data: Buffer, type: string): Buffer[] {
  const header = Buffer.alloc(BLOCK);
  name.copy(header);
  const seconds = Math.floor(Date.now() / 1000);
  const fields: [text: string, at: number][] = [
    ['0000644\0', 100],
    ['0000000\0', 108],
    ['0000000\0', 116],
    [`${data.length.toString(8).padStart(11, '0')}\0`, 124],
    [`${seconds.toString(8).padStart(11, '0')}\0`, 136],
    ['        ', 148],
    [type, 156],
    ['ustar  \0', 257],
  ];
  for (const [text, at] of fields) header.write(text, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [header, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
}
