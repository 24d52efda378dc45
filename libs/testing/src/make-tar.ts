const BLOCK = 512;

/** A tar archive of small files, all of root's and of one time. */
export function makeTar(files: readonly { readonly path: string; readonly content: string }[]): Buffer {
  return Buffer.concat([...files.flatMap(blocksOf), Buffer.alloc(2 * BLOCK)]);
}

function blocksOf({ path, content }: { readonly path: string; readonly content: string }): Buffer[] {
  const data = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  const fields: [text: string, at: number][] = [
    [path, 0],
    ['0000644\0', 100],
    ['0000000\0', 108],
    ['0000000\0', 116],
    [`${data.length.toString(8).padStart(11, '0')}\0`, 124],
    ['00000000000\0', 136],
    ['        ', 148],
    ['0', 156],
    ['ustar\x0000', 257],
  ];
  for (const [text, at] of fields) header.write(text, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [header, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
}

/** The files of such an archive by their paths; of what is no archive none. */
export function readTar(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const path = archive.toString('latin1', at, archive.indexOf(0, at));
    const length = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8);
    if (!Number.isInteger(length)) return new Map();
    files.set(path, archive.toString('utf8', at + BLOCK, at + BLOCK + length));
    at += BLOCK * (1 + Math.ceil(length / BLOCK));
  }
  return files;
}
