const BLOCK = 512;

/** @typedef {{ path: string, mode?: number } & ({ data: Buffer | string } | { link: string } | { folder: true })} TarEntry */

/**
 * A tar archive, owned by root, with all times zero: the same entries give the same bytes.
 * @param {TarEntry[]} entries
 * @returns {Buffer}
 */
export function tar(entries) {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(2 * BLOCK)]);
}

/** @param {TarEntry} entry */
function blocksOf(entry) {
  if ('folder' in entry) return [header({ path: `${entry.path}/`, mode: entry.mode ?? 0o755, type: '5' })];
  if ('link' in entry) return [header({ path: entry.path, mode: 0o777, type: '2', link: entry.link })];
  const data = Buffer.from(entry.data);
  const padding = Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK);
  return [header({ path: entry.path, mode: entry.mode ?? 0o644, type: '0', size: data.length }), data, padding];
}

/** @param {{ path: string, mode: number, type: string, size?: number, link?: string }} fields */
function header({ path, mode, type, size = 0, link = '' }) {
  if (Buffer.byteLength(path) > 100 || Buffer.byteLength(link) > 100) throw new Error(`too long for a plain tar header: ${path}`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

/**
 * @param {number} value
 * @param {number} digits
 */
const octal = (value, digits) => value.toString(8).padStart(digits, '0');
