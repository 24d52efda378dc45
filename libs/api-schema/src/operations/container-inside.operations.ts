import { BOOL } from '../booleans.js';
import { flagParam, PROCESS_TEXT } from '../fields/common.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';
import { ITEM, LIVE_SINCE, ok, ref, tag } from './container-operation.js';

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

/** What goes on in a container: its log, commands, terminals, files, processes and use. */
export const CONTAINER_INSIDE = {
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
} as const satisfies Record<string, Operation>;
