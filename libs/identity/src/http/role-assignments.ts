import { DEFAULT_DOMAIN, effectiveRoles, roleByName, type AssignmentRecord } from '../model.js';
import type { RouteContext } from './route-context.js';

type Query = Readonly<Record<string, string | undefined>>;

/** The answer's rows for `GET /v3/role_assignments`: filters `user.id`, `scope.project.id`, `role.id`; `effective`; `include_names`. */
export function roleAssignmentRows({ identity, base }: RouteContext, query: Query): unknown[] {
  const { data } = identity.store.current();
  const assignments = isSet(query['effective']) ? data.assignments.flatMap(withImplied) : data.assignments;
  const names = isSet(query['include_names']);
  return assignments
    .filter((assignment) => matches(assignment, query))
    .map(({ user_id, project_id, role }) => {
      const { id } = roleByName(role);
      const user = data.users.find((candidate) => candidate.id === user_id)?.name;
      const project = data.projects.find((candidate) => candidate.id === project_id)?.name;
      return {
        role: names ? { id, name: role } : { id },
        user: names ? { id: user_id, name: user, domain: DEFAULT_DOMAIN } : { id: user_id },
        scope: { project: names ? { id: project_id, name: project, domain: DEFAULT_DOMAIN } : { id: project_id } },
        links: { assignment: `${base}/projects/${project_id}/users/${user_id}/roles/${id}` },
      };
    });
}

function withImplied(assignment: AssignmentRecord): AssignmentRecord[] {
  return effectiveRoles([assignment.role]).map((role) => ({ ...assignment, role }));
}

function matches({ user_id, project_id, role }: AssignmentRecord, query: Query): boolean {
  const wanted = [
    [query['user.id'], user_id],
    [query['scope.project.id'], project_id],
    [query['role.id'], roleByName(role).id],
  ];
  return wanted.every(([asked, value]) => asked === undefined || asked === value);
}

/** As Keystone reads flags: present and not `0` or `false`. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !['0', 'false'].includes(value.toLowerCase());
}
