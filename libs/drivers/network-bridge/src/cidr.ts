/** An IPv4 range; `first` is its first address as a number. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

/** @returns null for anything that is not `a.b.c.d/n`, IPv6 included */
export function parseCidr(text: string): Cidr | null {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (!match) return null;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if (prefix > 32 || [a, b, c, d].some((byte) => byte > 255)) return null;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % size(prefix)), prefix };
}

export function formatCidr({ first, prefix }: Cidr): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join('.')}/${prefix}`;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + size(b.prefix) && b.first < a.first + size(a.prefix);
}

/** How many subnets of `prefix` fit into `pool`. */
export function countSubnets(pool: Cidr, prefix: number): number {
  return 2 ** Math.max(0, prefix - pool.prefix);
}

/** The subnet number `index` of those that `pool` is cut into. */
export function subnetAt(pool: Cidr, prefix: number, index: number): Cidr {
  return { first: pool.first + index * size(prefix), prefix };
}

function size(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** Is an address in a range? Never for IPv6. */
export function contains(range: string, address: string): boolean {
  const [outer, inner] = [parseCidr(range), parseCidr(`${address}/32`)];
  return outer !== null && inner !== null && overlaps(outer, inner);
}
