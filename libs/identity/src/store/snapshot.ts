import {
  effectiveRoles,
  type ApplicationCredentialRecord,
  type IdentityData,
  type ProjectRecord,
  type RoleName,
  type UserRecord,
} from '../model.js';

/** The users file at one moment, with the look-ups that a login and a token check need. */
export class Snapshot {
  private readonly users: ReadonlyMap<string, UserRecord>;
  private readonly userNames: ReadonlyMap<string, UserRecord>;
  private readonly projects: ReadonlyMap<string, ProjectRecord>;
  private readonly projectNames: ReadonlyMap<string, ProjectRecord>;
  private readonly credentials: ReadonlyMap<string, ApplicationCredentialRecord>;
  private readonly revoked: ReadonlySet<string>;
  /** By user, then by project. */
  private readonly assigned = new Map<string, Map<string, Set<RoleName>>>();

  constructor(readonly data: IdentityData) {
    this.users = new Map(data.users.map((user) => [user.id, user]));
    this.userNames = new Map(data.users.map((user) => [user.name, user]));
    this.projects = new Map(data.projects.map((project) => [project.id, project]));
    this.projectNames = new Map(data.projects.map((project) => [project.name, project]));
    this.credentials = new Map(data.application_credentials.map((credential) => [credential.id, credential]));
    this.revoked = new Set(data.revoked_tokens.map(({ audit_id }) => audit_id));
    for (const { user_id, project_id, role } of data.assignments) this.assign(user_id, project_id, role);
  }

  user(id: string): UserRecord | undefined {
    return this.users.get(id);
  }

  userNamed(name: string): UserRecord | undefined {
    return this.userNames.get(name);
  }

  project(id: string): ProjectRecord | undefined {
    return this.projects.get(id);
  }

  projectNamed(name: string): ProjectRecord | undefined {
    return this.projectNames.get(name);
  }

  /** Effective roles; empty when the user has nothing to do with the project. */
  rolesOf(userId: string, projectId: string): RoleName[] {
    return effectiveRoles(this.assigned.get(userId)?.get(projectId) ?? []);
  }

  projectsOf(userId: string): ProjectRecord[] {
    const ids = [...(this.assigned.get(userId)?.keys() ?? [])];
    return ids.map((id) => this.projects.get(id)).filter((project) => project !== undefined);
  }

  applicationCredential(id: string): ApplicationCredentialRecord | undefined {
    return this.credentials.get(id);
  }

  applicationCredentialsOf(userId: string): ApplicationCredentialRecord[] {
    return this.data.application_credentials.filter((credential) => credential.user_id === userId);
  }

  isRevoked(auditId: string): boolean {
    return this.revoked.has(auditId);
  }

  private assign(userId: string, projectId: string, role: RoleName): void {
    const projects = this.assigned.get(userId) ?? new Map<string, Set<RoleName>>();
    this.assigned.set(userId, projects.set(projectId, (projects.get(projectId) ?? new Set()).add(role)));
  }
}
