import { randomUUID } from 'node:crypto';
import { badRequest, conflict } from '../errors.js';
import type { IdentityData, ProjectRecord, RoleName, UserRecord } from '../model.js';
import { hashPassword } from '../passwords.js';

interface UserChange {
  readonly name: string;
  readonly project: string;
  readonly role: RoleName;
  /** Null keeps the password. */
  readonly hash: string | null;
}

interface UserResult {
  readonly user: UserRecord;
  readonly project: ProjectRecord;
  readonly created: boolean;
}

/** Adds the user and the project unless they are there, and the role. */
export function withUser(
  data: IdentityData,
  { name, project, role, hash }: UserChange,
): { data: IdentityData; result: UserResult } {
  const oldProject = data.projects.find((candidate) => candidate.name === project);
  const target = oldProject ?? { id: newId(), name: project };
  const oldUser = data.users.find((candidate) => candidate.name === name);
  if (!oldUser && hash === null) throw conflict(`User ${name} was removed meanwhile.`);
  const user = {
    id: oldUser?.id ?? newId(),
    name,
    password_hash: hash ?? oldUser?.password_hash ?? '',
    default_project_id: oldUser?.default_project_id ?? target.id,
  };
  const assignment = { user_id: user.id, project_id: target.id, role };
  const has = data.assignments.some((other) => JSON.stringify(other) === JSON.stringify(assignment));
  return {
    result: { user, project: target, created: !oldUser },
    data: {
      ...data,
      users: oldUser ? data.users.map((other) => (other === oldUser ? user : other)) : [...data.users, user],
      projects: oldProject ? data.projects : [...data.projects, target],
      assignments: has ? data.assignments : [...data.assignments, assignment],
    },
  };
}

/**
 * Removes a user and all that is theirs; projects that nobody else is in, too.
 * @returns also the projects that went
 */
export function withoutUser(data: IdentityData, userId: string): { data: IdentityData; result: readonly ProjectRecord[] } {
  const isOther = (row: { readonly user_id: string }): boolean => row.user_id !== userId;
  const assignments = data.assignments.filter(isOther);
  const left = new Set(data.assignments.filter((row) => !isOther(row)).map(({ project_id }) => project_id));
  for (const { project_id } of assignments) left.delete(project_id);
  return {
    result: data.projects.filter(({ id }) => left.has(id)),
    data: {
      ...data,
      users: data.users.filter(({ id }) => id !== userId),
      projects: data.projects.filter(({ id }) => !left.has(id)),
      assignments,
      application_credentials: data.application_credentials.filter(isOther),
    },
  };
}

/** @returns an id in Keystone's form: 32 hexadecimal digits */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/** @throws DomainError of class invalid for a text that cannot be a password */
export async function hashNew(password: string): Promise<string> {
  if (password === '' || password.length > 1024) throw badRequest('password must have 1 to 1024 characters.');
  return hashPassword(password);
}

/** @throws DomainError of class invalid */
export function checkName(kind: string, name: string): void {
  // Control characters would forge lines in logs and tables.
  // eslint-disable-next-line no-control-regex
  if (name.length < 1 || name.length > 64 || /[\u0000-\u001f\u007f]/.test(name) || name.trim() !== name) {
    throw badRequest(
      `${kind} name ${JSON.stringify(name)} must have 1 to 64 characters, none of them a control character, no space at an end.`,
    );
  }
}
