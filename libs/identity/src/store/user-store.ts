import { systemClock, type Clock } from '@zun/domain';
import { silentLogger, type Logger } from '@zun/telemetry';
import { conflict, notFound } from '../errors.js';
import type {
  ApplicationCredentialRecord,
  IdentityData,
  ProjectRecord,
  RevokedTokenRecord,
  RoleName,
  UserRecord,
} from '../model.js';
import { generatePassword } from '../passwords.js';
import { checkName, hashNew, withoutUser, withUser } from './changes.js';
import { DataFile } from './data-file.js';
import { Snapshot } from './snapshot.js';

export interface NewUser {
  readonly name: string;
  /** Name of the project; made when there is none. */
  readonly project: string;
  readonly role: RoleName;
  /** Left out: one is made. */
  readonly password?: string;
}

export interface AddedUser {
  readonly user: UserRecord;
  readonly project: ProjectRecord;
  /** False when the user was there and only got the role, or another password. */
  readonly created: boolean;
  /** The password, when it is new; it cannot be read again. */
  readonly password: string | null;
}

export interface ListedUser {
  readonly name: string;
  readonly id: string;
  readonly assignments: readonly { readonly project: string; readonly role: RoleName }[];
}

/** How long another process's change of the file may go unnoticed. */
const CHECK_EVERY_MS = 50;

/** Users, projects, roles and application credentials, in a file that other programs may change at the same time. */
export class UserStore {
  private readonly file: DataFile;
  private snapshot: Snapshot;
  private mark: string;
  private checkedAt = 0;
  private changes = 0;

  /** @throws Error when the file is there but cannot be used */
  constructor(
    path: string,
    private readonly logger: Logger = silentLogger,
    private readonly clock: Clock = systemClock,
  ) {
    this.file = new DataFile(path);
    this.mark = this.file.mark();
    this.snapshot = new Snapshot(this.file.read());
  }

  /** The newest state. A file that became unusable is told in the log, and the state before it stays. */
  current(): Snapshot {
    const now = this.clock.now();
    if (Math.abs(now - this.checkedAt) >= CHECK_EVERY_MS) {
      this.checkedAt = now;
      this.refresh();
    }
    return this.snapshot;
  }

  /** A number that grows with every change: what was concluded from an older state may no longer hold. */
  revision(): number {
    this.current();
    return this.changes;
  }

  /**
   * Adds a user to a project with a role. A user who exists keeps their password unless a new one is given.
   * @throws DomainError of class invalid for a name or password that cannot be one
   */
  async addUser(user: NewUser): Promise<AddedUser> {
    checkName('user', user.name);
    checkName('project', user.project);
    const exists = this.file.read().users.some(({ name }) => name === user.name);
    const password = user.password ?? (exists ? null : generatePassword());
    const hash = password === null ? null : await hashNew(password);
    return { ...(await this.change((data) => withUser(data, { ...user, hash }))), password };
  }

  /** Adds a user unless there is one of that name; then nothing is changed. */
  async ensureUser(user: NewUser): Promise<Omit<AddedUser, 'project'>> {
    const found = this.current().userNamed(user.name);
    if (found) return { user: found, created: false, password: null };
    checkName('user', user.name);
    checkName('project', user.project);
    const password = user.password ?? generatePassword();
    const hash = await hashNew(password);
    // Another process may have been quicker: then its password counts, not ours.
    const ensured = await this.change((data) => {
      const quicker = data.users.find(({ name }) => name === user.name);
      return quicker ? { data, result: { user: quicker, created: false } } : withUser(data, { ...user, hash });
    });
    return { user: ensured.user, created: ensured.created, password: ensured.created ? password : null };
  }

  /**
   * Removes a user with their roles and application credentials, and the projects that nobody else is in.
   * @returns the projects that went
   * @throws DomainError of class not-found
   */
  async removeUser(name: string): Promise<readonly ProjectRecord[]> {
    return this.change((data) => {
      const user = data.users.find((candidate) => candidate.name === name);
      if (!user) throw notFound('user', name);
      return withoutUser(data, user.id);
    });
  }

  /** Sets a password; tokens that the old one gave are no longer valid. @throws DomainError of class not-found or invalid */
  async setPassword(userId: string, password: string): Promise<void> {
    const password_hash = await hashNew(password);
    await this.change((data) => {
      if (!data.users.some(({ id }) => id === userId)) throw notFound('user', userId);
      const users = data.users.map((user) => (user.id === userId ? { ...user, password_hash } : user));
      return { result: undefined, data: { ...data, users } };
    });
  }

  listUsers(): ListedUser[] {
    const { data } = this.current();
    return data.users.map(({ id, name }) => {
      const own = data.assignments.filter(({ user_id }) => user_id === id);
      const assignments = own.map(({ project_id, role }) => ({ project: this.projectName(project_id), role }));
      return { id, name, assignments };
    });
  }

  /** @throws DomainError of class conflict when the user has one of that name */
  async addApplicationCredential(credential: ApplicationCredentialRecord): Promise<void> {
    await this.change((data) => {
      const others = data.application_credentials;
      if (others.some(({ name, user_id }) => name === credential.name && user_id === credential.user_id)) {
        throw conflict(
          `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${credential.name}.`,
        );
      }
      return { result: undefined, data: { ...data, application_credentials: [...others, credential] } };
    });
  }

  async removeApplicationCredential(id: string): Promise<void> {
    await this.change((data) => ({
      result: undefined,
      data: { ...data, application_credentials: data.application_credentials.filter((credential) => credential.id !== id) },
    }));
  }

  /** Remembers a token as revoked until it expires anyway. */
  async revoke(token: RevokedTokenRecord): Promise<void> {
    await this.change((data) => {
      const alive = data.revoked_tokens.filter(({ expires_at }) => expires_at > this.clock.now());
      return { result: undefined, data: { ...data, revoked_tokens: [...alive, token] } };
    });
  }

  private projectName(id: string): string {
    return this.snapshot.project(id)?.name ?? id;
  }

  private async change<T>(change: (data: IdentityData) => { data: IdentityData; result: T }): Promise<T> {
    const result = await this.file.update(change);
    this.refresh();
    return result;
  }

  private refresh(): void {
    const mark = this.file.mark();
    if (mark === this.mark) return;
    this.mark = mark;
    try {
      this.snapshot = new Snapshot(this.file.read());
      this.changes++;
    } catch (error) {
      this.logger.error({ err: error }, 'the users file cannot be used; what it held before stays in force');
    }
  }
}
