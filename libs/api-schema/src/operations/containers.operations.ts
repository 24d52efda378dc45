import { constants } from 'node:os';
import { Microversion } from '@zun/domain';
import { ANY_TEXT, BOOL } from '../booleans.js';
import { ALL_PROJECTS, flagParam, PAGING, PROCESS_TEXT, TIMEOUT } from '../fields/common.js';
import {
  containerCreateFields,
  containerRebuildFields,
  containerUpdateFields,
  RENAME_FIELDS,
  type ContainerLimits,
} from '../fields/container-request.fields.js';
import { FIXED_IP, NETWORK_IDENT, PORT_IDENT } from '../fields/network.fields.js';
import { CONTAINER_FILTERS } from '../fields/container-response.fields.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';

const tag = 'containers';
const ITEM = '/v1/containers/:ident';
const ACCEPTED: Operation['success'] = {
  status: 202,
  schema: { type: 'null' },
  description: 'Accepted; it happens in the background.',
};

/** When containers could be followed and watched. */
export const LIVE_SINCE = Microversion.of('1.41');

const text = (description: string): RequestField => ({ ...ANY_TEXT, description });
const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const ok = (schema: Operation['success']['schema'], description: string, status = 200): Operation['success'] => ({
  status,
  schema,
  description,
});

/** A POST on a container that is carried out in the background. */
function backgroundAction(name: string, summary: string, params?: Operation['params']): Operation {
  return {
    id: `${name}Container`,
    method: 'POST',
    path: `${ITEM}/${name}`,
    policy: `container:${name}`,
    target: 'container',
    ...(params ? { params } : {}),
    success: ACCEPTED,
    summary,
    tag,
  };
}

function securityGroupAction(id: string, verb: 'add' | 'remove', summary: string): Operation {
  return {
    id,
    method: 'POST',
    path: `${ITEM}/${verb}_security_group`,
    until: Microversion.of('1.14'),
    policy: `container:${verb}_security_group`,
    target: 'container',
    params: { check: 'merged', fields: { name: SECURITY_GROUP } },
    success: ACCEPTED,
    summary,
    tag,
  };
}

const SECURITY_GROUP: RequestField = {
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  rule: 'must be the name or id of a security group, 1 to 255 characters',
  required: true,
  description: 'The security group. A network driver that has none refuses every one.',
};

/** Names with or without SIG, in upper or lower case, numbers as text, and the text None that Python clients send for no signal. */
const SIGNAL_NAMES = [...Object.keys(constants.signals), 'SIGRTMIN', 'SIGRTMAX'].flatMap((name) => {
  const short = name.slice('SIG'.length);
  return [name, short, name.toLowerCase(), short.toLowerCase()];
});
const SIGNAL_NUMBERS = [...new Set([...Object.values(constants.signals), 34, 64])].map(String);

const SIGNAL: RequestField = {
  schema: { enum: ['None', ...SIGNAL_NAMES, ...SIGNAL_NUMBERS] },
  rule: 'must be the name or number of a Linux signal, e.g. SIGKILL, kill or "9"',
  description: 'The signal (default SIGKILL).',
};

const ARCHIVE_PATH: RequestField = {
  schema: { ...PROCESS_TEXT, minLength: 1 },
  rule: 'must be a path, without NUL characters',
  required: true,
  description: 'The path in the container; for an archive that is put, a directory that is there.',
};

/** As many characters as a terminal can have. */
const extent = (what: string): RequestField => ({
  schema: { type: 'string', pattern: '^0*[1-9][0-9]{0,4}$' },
  rule: 'must be a number of characters, 1 to 99999',
  required: true,
  description: `The ${what} of the terminal, in characters.`,
});
const TERMINAL_SIZE = { h: extent('height'), w: extent('width') };

const EXEC_ID: RequestField = {
  schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  rule: 'must be the id of a command: 64 hexadecimal digits',
  required: true,
  description: 'The command, by the exec_id that execute answered.',
};

const SINCE: RequestField = {
  schema: { type: 'string', pattern: '(^[0-9]*$)|([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{1,3})|(^None$)' },
  rule: 'must be seconds since the epoch, or a time as YYYY-MM-DD HH:MM:SS,mmm',
  description: 'Only what was written since.',
};

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
    startContainer: backgroundAction('start', 'Start a container'),
    stopContainer: backgroundAction('stop', 'Stop a container', { check: 'query', fields: { timeout: TIMEOUT } }),
    rebootContainer: backgroundAction('reboot', 'Restart a container', { check: 'query', fields: { timeout: TIMEOUT } }),
    pauseContainer: backgroundAction('pause', 'Pause a container'),
    unpauseContainer: backgroundAction('unpause', 'Unpause a container'),
    killContainer: backgroundAction('kill', 'Send a signal to a container', { check: 'merged', fields: { signal: SIGNAL } }),
    rebuildContainer: backgroundAction('rebuild', 'Make a container anew, from its image or another', {
      check: 'known',
      fields: containerRebuildFields(limits),
    }),
    attachContainerNetwork: {
      id: 'attachContainerNetwork',
      method: 'POST',
      path: `${ITEM}/network_attach`,
      since: Microversion.of('1.8'),
      policy: 'container:network_attach',
      target: 'container',
      params: {
        check: 'merged',
        fields: { network: NETWORK_IDENT, port: PORT_IDENT, fixed_ip: FIXED_IP },
        rules: [{ exclusive: ['network', 'port'] }],
      },
      success: ok({ type: 'null' }, 'Accepted; it happens in the background. Without a network, the project’s own is meant.'),
      summary: 'Put a container on one more network',
      tag,
    },
    detachContainerNetwork: {
      id: 'detachContainerNetwork',
      method: 'POST',
      path: `${ITEM}/network_detach`,
      since: Microversion.of('1.6'),
      policy: 'container:network_detach',
      target: 'container',
      params: {
        check: 'merged',
        fields: { network: NETWORK_IDENT, port: PORT_IDENT },
        rules: [{ exclusive: ['network', 'port'], required: true }],
      },
      success: ACCEPTED,
      summary: 'Take a container off a network',
      tag,
    },
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
    containerLogs: {
      id: 'containerLogs',
      method: 'GET',
      path: `${ITEM}/logs`,
      policy: 'container:logs',
      target: 'container',
      params: {
        check: 'query',
        fields: {
          stdout: flagParam('Its output (default true).'),
          stderr: flagParam('Its errors (default true).'),
          timestamps: flagParam('A time before each line (default false).'),
          tail: { schema: {}, rule: 'must be a number', description: 'Only so many lines from the end; anything else: all.' },
          since: SINCE,
          follow: {
            ...flagParam('Go on with what is written from now on, as plain text, until the container’s output ends.'),
            since: LIVE_SINCE,
            gate: 'unknown',
          },
        },
      },
      success: ok({ type: 'string' }, 'The log as one text.'),
      stream: { type: 'text/plain', description: 'With `follow`: as it comes.' },
      summary: 'Read a container’s log',
      tag,
    },
    executeInContainer: {
      id: 'executeInContainer',
      method: 'POST',
      path: `${ITEM}/execute`,
      policy: 'container:execute',
      target: 'container',
      params: {
        check: 'query',
        fields: {
          command: {
            schema: { ...PROCESS_TEXT, minLength: 1 },
            rule: 'must be a command, without NUL characters',
            description: 'The command, split as a shell does.',
          },
          run: { ...BOOL, description: 'Run it and wait for its end (default true). False: answer where to join it.' },
          interactive: { ...BOOL, description: 'Give it input and a terminal.' },
        },
      },
      success: ok(ref('ExecuteResult'), 'What it printed and its exit code; or its id, and the address of its websocket.'),
      summary: 'Run a command in a container',
      tag,
    },
    resizeExec: {
      id: 'resizeExec',
      method: 'POST',
      path: `${ITEM}/execute_resize`,
      policy: 'container:execute_resize',
      target: 'container',
      params: { check: 'query', fields: { exec_id: EXEC_ID, ...TERMINAL_SIZE } },
      success: ok({ type: 'null' }, 'Resized.'),
      summary: 'Resize the terminal of a command',
      tag,
    },
    attachContainer: {
      id: 'attachContainer',
      method: 'GET',
      path: `${ITEM}/attach`,
      policy: 'container:attach',
      target: 'container',
      success: ok({ type: 'string' }, 'The address of a websocket, good once and for a short time.'),
      summary: 'Join the terminal of a container',
      tag,
    },
    resizeTerminal: {
      id: 'resizeTerminal',
      method: 'POST',
      path: `${ITEM}/resize`,
      policy: 'container:resize',
      target: 'container',
      params: { check: 'query', fields: TERMINAL_SIZE },
      success: ok({ type: 'null' }, 'Resized.'),
      summary: 'Resize the terminal of a container',
      tag,
    },
    getArchive: {
      id: 'getArchive',
      method: 'GET',
      path: `${ITEM}/get_archive`,
      policy: 'container:get_archive',
      target: 'container',
      params: { check: 'unchecked', fields: { path: ARCHIVE_PATH } },
      success: ok(ref('Archive'), 'The file or directory as a tar archive.'),
      summary: 'Copy files out of a container',
      tag,
    },
    putArchive: {
      id: 'putArchive',
      method: 'POST',
      path: `${ITEM}/put_archive`,
      policy: 'container:put_archive',
      target: 'container',
      params: { check: 'unchecked', fields: { path: ARCHIVE_PATH } },
      upload: {
        fields: {
          data: {
            schema: { type: 'string' },
            rule: 'must be a tar archive as Base64 (up to version 1.24 as text)',
            required: true,
            description: 'The tar archive to unpack: Base64, up to version 1.24 its text.',
          },
        },
      },
      success: ok({ type: 'null' }, 'Unpacked.'),
      summary: 'Copy files into a container',
      tag,
    },
    listContainerNetworks: {
      id: 'listContainerNetworks',
      method: 'GET',
      path: `${ITEM}/network_list`,
      since: Microversion.of('1.13'),
      policy: null,
      target: 'container',
      success: ok(ref('NetworkList'), 'The networks it has addresses on; up to version 1.17 one entry for each address.'),
      summary: 'List a container’s networks',
      tag,
    },
    addSecurityGroup: securityGroupAction('addSecurityGroup', 'add', 'Add a security group to a container'),
    removeSecurityGroup: securityGroupAction('removeSecurityGroup', 'remove', 'Remove a security group from a container'),
    containerTop: {
      id: 'containerTop',
      method: 'GET',
      path: `${ITEM}/top`,
      policy: 'container:top',
      target: 'container',
      params: {
        check: 'query',
        fields: {
          ps_args: { schema: PROCESS_TEXT, rule: 'must be a text without NUL characters', description: 'Arguments for ps.' },
        },
      },
      success: ok(ref('Top'), 'Its processes.'),
      summary: 'List a container’s processes',
      tag,
    },
    containerStats: {
      id: 'containerStats',
      method: 'GET',
      path: `${ITEM}/stats`,
      policy: 'container:stats',
      target: 'container',
      params: {
        check: 'known',
        fields: {
          stream: {
            ...flagParam('One sample after the other, about every second, until the container stops.'),
            since: LIVE_SINCE,
            gate: 'unknown',
          },
        },
      },
      stream: {
        type: 'application/x-ndjson',
        description: 'With `stream`: one JSON object a line, each with its `time` and `CPU TIME(ns)`.',
      },
      success: ok(ref('Stats'), 'One sample.'),
      summary: 'Show what a container uses',
      tag,
    },
    listContainerActions: {
      id: 'listContainerActions',
      method: 'GET',
      path: `${ITEM}/container_actions`,
      policy: 'container:actions',
      target: 'container',
      success: ok(ref('ContainerActionList'), 'Its actions, newest first.'),
      summary: 'List what was done to a container',
      tag,
    },
    showContainerAction: {
      id: 'showContainerAction',
      method: 'GET',
      path: `${ITEM}/container_actions/:request_id`,
      policy: 'container:actions',
      target: 'container',
      success: ok(ref('ContainerAction'), 'The action with its events.'),
      summary: 'Show one action of a container',
      tag,
    },
  } as const satisfies Record<string, Operation>;
}
