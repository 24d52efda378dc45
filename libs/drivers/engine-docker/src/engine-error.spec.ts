import { ContainerNotFoundError, EngineRefusedError, EngineUnavailableError } from '@zun/domain';
import { describe, expect, it } from 'vitest';
import { toEngineError } from './engine-error.js';

const http = (statusCode: number, message: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) reason - ${message} `), { statusCode, json: { message } });
const socket = (code: string): Error => Object.assign(new Error(code), { code });

describe("the engine's errors", () => {
  it.each([
    socket('ECONNREFUSED'),
    socket('ECONNRESET'),
    socket('ENOENT'),
    new Error('socket hang up'),
    http(503, 'no'),
    http(
      500,
      'connection error: desc = "transport: Error while dialing dial unix containerd.sock: connection refused": unavailable',
    ),
    http(500, 'ttrpc: closed: unknown'),
  ])('%s: unavailable', (error) => {
    expect(toEngineError(error)).toBeInstanceOf(EngineUnavailableError);
  });

  it.each([
    [404, 'No such image: none:1', 'invalid', 'image-not-found'],
    [404, 'pull access denied for none, repository does not exist or may require docker login', 'invalid', 'image-not-found'],
    [500, 'manifest for none:1 not found: manifest unknown', 'invalid', 'image-not-found'],
    [404, 'network zun-p1 not found', 'not-found', 'network-not-found'],
    [409, 'Container x is not running', 'conflict', 'conflict'],
    [409, 'task 0a1b: already exists', 'conflict', 'start-lost'],
    [409, 'id already in use', 'conflict', 'start-lost'],
    [500, 'failed to start shim: mkdir /run/task/moby/0a1b: file exists: unknown', 'conflict', 'start-lost'],
    [400, 'bad parameter', 'invalid', 'docker-error'],
    [403, 'Pool overlaps with other one on this address space', 'conflict', 'conflict'],
    [500, 'Cannot update container 0a1b: cannot update a stopped container: unknown', 'conflict', 'conflict'],
    [500, 'Cannot update container 0a1b: runc did not terminate successfully: container not running', 'conflict', 'conflict'],
    [500, 'can only kill running containers: container state improper', 'conflict', 'conflict'],
    [500, 'can only start created exec sessions: exec session state improper', 'conflict', 'conflict'],
    [404, 'page not found', 'not-implemented', 'not-implemented'],
    [500, 'something broke', 'internal', 'docker-error'],
  ])('%i %s: %s, %s', (statusCode, message, errorClass, code) => {
    const error = toEngineError(http(statusCode, message), { uuid: 'u1' });
    expect(error).toBeInstanceOf(EngineRefusedError);
    expect(error).toMatchObject({ errorClass, code, detail: message });
  });

  it('a container that is not there is known by our uuid', () => {
    const error = toEngineError(http(404, 'No such container: zun-u1'), { uuid: 'u1' });
    expect(error).toBeInstanceOf(ContainerNotFoundError);
    expect(error.detail).toBe('Container u1 could not be found.');
  });

  it('takes the words out of what the modem wraps, when the answer was no JSON', () => {
    const error = Object.assign(new Error('(HTTP code 500) server error - plain words '), { statusCode: 500, json: null });
    expect(toEngineError(error).detail).toBe('plain words');
  });

  it('leaves errors of ours as they are', () => {
    const ours = new ContainerNotFoundError('u1');
    expect(toEngineError(ours)).toBe(ours);
  });
});
