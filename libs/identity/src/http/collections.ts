import { isAdmin, type CheckedToken } from '../checked-token.js';
import { ROLES } from '../model.js';
import type { RouteContext } from './route-context.js';
import { domainRow, endpointRows, projectRow, regionRow, roleRow, serviceRow, userRow, type Row } from './representations.js';

/** A list that can be read, and who may. The rules are Keystone's default policy for its roles on projects. */
export interface Collection {
  readonly plural: string;
  readonly singular: string;
  readonly rows: (context: RouteContext) => readonly Row[];
  readonly mayList: (caller: CheckedToken) => boolean;
  readonly mayGet: (caller: CheckedToken, id: string) => boolean;
}

const anyone = (): boolean => true;

export const COLLECTIONS: readonly Collection[] = [
  {
    plural: 'users',
    singular: 'user',
    rows: ({ identity, base }) => identity.store.current().data.users.map((user) => userRow(user, base)),
    mayList: isAdmin,
    mayGet: (caller, id) => isAdmin(caller) || caller.user.id === id,
  },
  {
    plural: 'projects',
    singular: 'project',
    rows: ({ identity, base }) => identity.store.current().data.projects.map((project) => projectRow(project, base)),
    mayList: isAdmin,
    mayGet: (caller, id) => isAdmin(caller) || caller.project?.id === id,
  },
  { plural: 'domains', singular: 'domain', rows: ({ base }) => [domainRow(base)], mayList: isAdmin, mayGet: anyone },
  {
    plural: 'roles',
    singular: 'role',
    rows: ({ base }) => ROLES.map((role) => roleRow(role, base)),
    mayList: isAdmin,
    mayGet: isAdmin,
  },
  {
    plural: 'regions',
    singular: 'region',
    rows: ({ identity, base }) => [regionRow(identity.region, base)],
    mayList: anyone,
    mayGet: anyone,
  },
  {
    plural: 'services',
    singular: 'service',
    rows: ({ identity, path, base }) => identity.catalog(path).map((entry) => serviceRow(entry, base)),
    mayList: isAdmin,
    mayGet: isAdmin,
  },
  {
    plural: 'endpoints',
    singular: 'endpoint',
    rows: ({ identity, path, base }) => identity.catalog(path).flatMap((entry) => endpointRows(entry, base)),
    mayList: isAdmin,
    mayGet: isAdmin,
  },
];
