import { DomainError } from '@zun/domain';
import { countSubnets, formatCidr, overlaps, parseCidr, subnetAt, type Cidr } from './cidr.js';

/** The range that networks' subnets are cut from. */
export class SubnetPool {
  private readonly pool: Cidr;

  /** @throws DomainError of class invalid when `pool` is no IPv4 CIDR that holds a subnet of that size */
  constructor(
    pool: string,
    private readonly prefix: number,
  ) {
    const parsed = parseCidr(pool);
    if (!parsed || parsed.prefix > prefix || prefix > 30) {
      throw new DomainError('invalid', 'invalid-value', `${pool} cannot be cut into subnets of /${prefix}`);
    }
    this.pool = parsed;
  }

  /**
   * The free subnets, each project's from a place of its own: a project so gets the same subnet again, and two hosts that share
   * an engine seldom reach for the same one.
   */
  *candidates(owner: string, taken: readonly string[]): Generator<string> {
    const count = countSubnets(this.pool, this.prefix);
    const used = taken.flatMap((cidr) => parseCidr(cidr) ?? []);
    const start = hash(owner) % count;
    for (let step = 0; step < count; step++) {
      const subnet = subnetAt(this.pool, this.prefix, (start + step) % count);
      if (!used.some((other) => overlaps(subnet, other))) yield formatCidr(subnet);
    }
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
