import { Microversion } from '@zun/domain';
import { ANY_TEXT } from '../booleans.js';
import { ALL_PROJECTS, flagParam, PAGING, PROCESS_TEXT } from '../fields/common.js';
import {
  containerCreateFields,
  containerRebuildFields,
  containerUpdateFields,
  RENAME_FIELDS,
  type ContainerLimits,
} from '../fields/container-request.fields.js';
import { CONTAINER_FILTERS } from '../fields/container-response.fields.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';
import { ITEM, backgroundAction, ok, ref, tag } from './container-operation.js';
import { CONTAINER_ACTIONS } from './container-actions.operations.js';
import { CONTAINER_INSIDE } from './container-inside.operations.js';
import { CONTAINER_LIFECYCLE } from './container-lifecycle.operations.js';
import { CONTAINER_NETWORKS } from './container-networks.operations.js';

const text = (description: string): RequestField => ({ ...ANY_TEXT, description });

/** All that can be done with containers. */
export function containerOperations(limits: ContainerLimits) {
  const filters = Object.fromEntries(CONTAINER_FILTERS.map((name) => [name, text(`Only containers with this ${name}.`)]));
  return {
    listContainers: {
      id: 'listContainers',
      method: 'GET',
      path: '/v1/containers',
      policy: 'container:get_all',
      params: {
        check: 'unchecked',
        fields: {
          ...PAGING,
          all_projects: ALL_PROJECTS,
          ...filters,
          resource_url: text('Ignored; old clients send it.'),
          expand: text('Ignored; old clients send it.'),
        },
      },
      success: ok(ref('ContainerList'), 'A page of containers.'),
      summary: 'List containers',
      tag,
    },
    createContainer: {
      id: 'createContainer',
      method: 'POST',
      path: '/v1/containers',
      policy: 'container:create',
      params: { check: 'query', fields: { run: flagParam('Start it once it is created.') } },
      body: {
        fields: containerCreateFields(limits),
        rules: [{ since: Microversion.of('1.20'), exclusive: ['security_groups', 'exposed_ports'] }],
      },
      success: ok(ref('Container'), 'Accepted; watch its status.', 202),
      summary: 'Create (and run) a container',
      tag,
    },
    showContainer: {
      id: 'showContainer',
      method: 'GET',
      path: ITEM,
      policy: 'container:get_one',
      target: 'container',
      params: { check: 'unchecked', fields: { all_projects: ALL_PROJECTS } },
      success: ok(ref('Container'), 'The container.'),
      summary: 'Show a container',
      tag,
    },
    updateContainer: {
      id: 'updateContainer',
      method: 'PATCH',
      path: ITEM,
      policy: 'container:update',
      target: 'container',
      params: { check: 'merged', fields: containerUpdateFields(limits) },
      success: ok(ref('Container'), 'The container as it is now.'),
      summary: 'Change a container',
      tag,
    },
    deleteContainer: {
      id: 'deleteContainer',
      method: 'DELETE',
      path: ITEM,
      policy: 'container:delete',
      target: 'container',
      params: {
        check: 'query',
        fields: {
          force: flagParam('Delete it in (almost) any state; errors are ignored (administrators).'),
          stop: flagParam('Stop it first.'),
          all_projects: flagParam('Look in all projects (administrators).'),
        },
      },
      success: ok(null, 'Accepted; it is gone when reads answer 404.', 204),
      summary: 'Delete a container',
      tag,
    },
    ...CONTAINER_LIFECYCLE,
    rebuildContainer: backgroundAction('rebuild', 'Make a container anew, from its image or another', {
      check: 'known',
      fields: containerRebuildFields(limits),
    }),
    commitContainer: {
      id: 'commitContainer',
      method: 'POST',
      path: `${ITEM}/commit`,
      policy: 'container:commit',
      target: 'container',
      params: {
        check: 'merged',
        fields: {
          repository: {
            schema: { ...PROCESS_TEXT, minLength: 1, maxLength: 255 },
            rule: 'must be a name of 1 to 255 characters, without NUL characters',
            required: true,
            description: 'The name of the image; your project alone can use it.',
          },
          tag: {
            schema: { type: 'string', pattern: '^(\\w[\\w.-]{0,127})?$' },
            rule: 'must be up to 128 letters, digits, underscores, dots and dashes, not beginning with a dot or dash',
            description: 'Its tag (default `latest`).',
          },
        },
      },
      success: ok(ref('Committed'), 'Accepted; the image is made in the background, on the host of the container.', 202),
      summary: 'Make an image of a container',
      tag,
    },
    renameContainer: {
      id: 'renameContainer',
      method: 'POST',
      path: `${ITEM}/rename`,
      until: Microversion.of('1.13'),
      policy: 'container:rename',
      target: 'container',
      params: { check: 'query', fields: RENAME_FIELDS },
      success: ok(ref('Container'), 'The container under its new name.'),
      summary: 'Rename a container',
      tag,
    },
    resizeContainer: {
      id: 'resizeContainer',
      method: 'POST',
      path: `${ITEM}/resize_container`,
      since: Microversion.of('1.19'),
      policy: 'container:resize_container',
      target: 'container',
      params: { check: 'merged', fields: containerUpdateFields(limits) },
      success: ok(ref('Container'), 'The container as it was; the change happens in the background.', 202),
      summary: 'Change a container’s cpu and memory in the background',
      tag,
    },
    ...CONTAINER_INSIDE,
    ...CONTAINER_NETWORKS,
    ...CONTAINER_ACTIONS,
  } as const satisfies Record<string, Operation>;
}
