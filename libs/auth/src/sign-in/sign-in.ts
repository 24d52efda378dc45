import { DomainError } from '@zun/domain';
import type { ListedProject } from '@zun/openstack';
import { UnauthenticatedError } from '../http/unauthenticated-error.js';
import type { TokenData } from '../tokens/token-source.js';

/** What issues tokens: Keystone, or the embedded identity. Bodies are those of `POST /v3/auth/tokens`. */
export interface TokenIssuer {
  /** @returns null when it is refused */
  issue(body: unknown): Promise<{ token: string; data: TokenData } | null>;
  /** @returns null when the token is not valid */
  projects(token: string): Promise<readonly ListedProject[] | null>;
  revoke(token: string): Promise<void>;
}

/** Domains are names, or ids: `default` is Keystone's first domain by its id. */
export interface SignInRequest {
  readonly user: string;
  readonly password: string;
  readonly userDomain: string;
  /** Null: the user's default project, or the first that there is. */
  readonly project: string | null;
  readonly projectDomain: string;
}

/** A token for one project, whose it is, and which other projects its user may change to. */
export interface UserSession {
  readonly token: string;
  readonly data: TokenData;
  readonly projects: readonly ListedProject[];
}

/** Dependency-injection token of the one {@link SignIn} of a process. */
export const SIGN_IN = Symbol('SignIn');

const domainRef = (domain: string): object => (domain === 'default' ? { id: domain } : { name: domain });

/** People sign in with a password and work in one project at a time. Every method throws ServiceUnavailableError while the issuer is away. */
export class SignIn {
  constructor(private readonly issuer: TokenIssuer) {}

  /** @throws UnauthenticatedError; DomainError of class forbidden when the user has no project */
  async signIn(request: SignInRequest): Promise<UserSession> {
    const { user, password, userDomain, project, projectDomain } = request;
    const identity = { methods: ['password'], password: { user: { name: user, password, domain: domainRef(userDomain) } } };
    const scope = project === null ? {} : { scope: { project: { name: project, domain: domainRef(projectDomain) } } };
    const issued = await this.issuer.issue({ auth: { identity, ...scope } });
    if (!issued) throw new UnauthenticatedError(wrongCredentials(project));
    const projects = await this.projectsOf(issued.token);
    if (issued.data.projectId !== null) return { ...issued, projects };
    const [first] = projects;
    if (!first) throw new DomainError('forbidden', 'forbidden', `The user ${user} has no role in any project.`);
    return this.changeProject(issued.token, first.id);
  }

  /**
   * A token of the same user for another project; it ends no later than the one given.
   * @throws UnauthenticatedError when the token is not valid, or not good for that project
   */
  async changeProject(token: string, projectId: string): Promise<UserSession> {
    const identity = { methods: ['token'], token: { id: token } };
    const issued = await this.issuer.issue({ auth: { identity, scope: { project: { id: projectId } } } });
    if (!issued) throw new UnauthenticatedError('The token is not valid, or its user has no role in that project.');
    return { ...issued, projects: await this.projectsOf(issued.token) };
  }

  /** Ends the token. */
  signOut(token: string): Promise<void> {
    return this.issuer.revoke(token);
  }

  private async projectsOf(token: string): Promise<readonly ListedProject[]> {
    const projects = await this.issuer.projects(token);
    if (!projects) throw new UnauthenticatedError();
    return [...projects].sort((a, b) => a.name.localeCompare(b.name));
  }
}

const wrongCredentials = (project: string | null): string =>
  project === null ? 'The user or the password is wrong.' : 'The user, the password or the project is wrong.';
