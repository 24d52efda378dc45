const ADMIN = 'rule:context_is_admin';
const OWNER = 'rule:admin_or_owner';
const WRITER = 'rule:admin_or_writer';
const ROLE = 'role:admin';
const NOBODY = 'rule:deny_everybody';

/**
 * Every rule of Zun, by its exact name, with its default. `admin_or_owner` compares the target's project with the caller's;
 * with the caller's own project as target it always holds.
 */
export const DEFAULT_RULES = {
  context_is_admin: 'role:admin',
  admin_or_owner: 'is_admin:True or project_id:%(project_id)s',
  /** Ours: an owner, but not one whose only role is Keystone's `reader`. Tokens with roles of a cloud's own are not affected. */
  admin_or_writer: 'is_admin:True or (project_id:%(project_id)s and (not role:reader or role:member or role:manager))',
  admin_api: ADMIN,
  deny_everybody: '!',

  'container:create': WRITER,
  'container:create:runtime': ADMIN,
  'container:create:privileged': NOBODY,
  'container:create:requested_destination': ADMIN,
  'container:create:image_pull_policy': ADMIN,
  'container:delete': WRITER,
  'container:delete_all_projects': ADMIN,
  'container:delete_force': ADMIN,
  'container:get_one': OWNER,
  'container:get_one:host': ADMIN,
  'container:get_one:image_pull_policy': ADMIN,
  'container:get_one:privileged': ADMIN,
  'container:get_one:runtime': ADMIN,
  'container:get_one_all_projects': ADMIN,
  'container:get_all': OWNER,
  'container:get_all_all_projects': ADMIN,
  'container:update': WRITER,
  'container:start': WRITER,
  'container:stop': WRITER,
  'container:reboot': WRITER,
  'container:pause': WRITER,
  'container:unpause': WRITER,
  'container:logs': OWNER,
  'container:execute': WRITER,
  'container:execute_resize': WRITER,
  'container:kill': WRITER,
  'container:rename': WRITER,
  'container:attach': WRITER,
  'container:resize': WRITER,
  'container:top': OWNER,
  'container:get_archive': OWNER,
  'container:put_archive': WRITER,
  'container:stats': OWNER,
  'container:commit': WRITER,
  'container:add_security_group': WRITER,
  'container:remove_security_group': WRITER,
  'container:network_attach': WRITER,
  'container:network_detach': WRITER,
  'container:rebuild': WRITER,
  'container:resize_container': WRITER,
  'container:actions': OWNER,
  'container:action:events': ADMIN,

  'capsule:create': WRITER,
  'capsule:delete': WRITER,
  'capsule:delete_all_projects': ADMIN,
  'capsule:get': OWNER,
  'capsule:get:host': ADMIN,
  'capsule:get_one_all_projects': ADMIN,
  'capsule:get_all': OWNER,
  'capsule:get_all_all_projects': ADMIN,

  'image:pull': ADMIN,
  'image:get_all': ADMIN,
  'image:get_one': ADMIN,
  'image:delete': ADMIN,
  'image:search': OWNER,

  'host:get_all': ADMIN,
  'host:get': ADMIN,

  'zun-service:get_all': ADMIN,
  'zun-service:enable': ADMIN,
  'zun-service:disable': ADMIN,
  'zun-service:force_down': ADMIN,
  'zun-service:delete': ADMIN,

  'availability_zones:get_all': OWNER,

  'network:attach_external_network': ROLE,
  'network:create': ROLE,
  'network:delete': ROLE,

  'quota:get': OWNER,
  'quota:get_default': OWNER,
  'quota:update': ADMIN,
  'quota:delete': ADMIN,
  'quota_class:get': ADMIN,
  'quota_class:update': ADMIN,

  'registry:create': WRITER,
  'registry:delete': WRITER,
  'registry:get_one': OWNER,
  'registry:get_all': OWNER,
  'registry:get_all_all_projects': ADMIN,
  'registry:update': WRITER,

  /** Ours: what deleted projects have left behind. */
  'leftover:get_all': ADMIN,
  'leftover:purge': ADMIN,
} as const satisfies Readonly<Record<string, string>>;

/** The name of a rule of Zun. */
export type PolicyRule = keyof typeof DEFAULT_RULES;

/** Rules that are asked for but not there by default: an operator who defines one hides that field. */
export const FIELD_RULE = /^(container:get_one|capsule:get|registry:get_one):\w+$/;
