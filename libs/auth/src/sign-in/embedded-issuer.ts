import { DomainError } from '@zun/domain';
import type { EmbeddedIdentity } from '@zun/identity';
import type { ListedProject } from '@zun/openstack';
import type { TokenData } from '../tokens/token-source.js';
import type { TokenIssuer } from './sign-in.js';

/** The identity that is built in, asked within the process. */
export class EmbeddedIssuer implements TokenIssuer {
  constructor(private readonly identity: EmbeddedIdentity) {}

  async issue(body: unknown): Promise<{ token: string; data: TokenData } | null> {
    try {
      const { token } = await this.identity.authenticate(body);
      const data = this.identity.validate(token);
      return data && { token, data };
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }

  async projects(token: string): Promise<readonly ListedProject[] | null> {
    const checked = this.identity.check(token);
    return checked && this.identity.projectsOf(checked.user.id).map(({ id, name }) => ({ id, name, domainId: 'default' }));
  }

  async revoke(token: string): Promise<void> {
    const checked = this.identity.check(token);
    if (checked) await this.identity.revoke(checked);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && ['unauthenticated', 'forbidden', 'invalid'].includes(error.errorClass);
}
