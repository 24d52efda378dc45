import { apiOperations, ParamsValidator, type Operation } from '@zun/api-schema';
import { MAX_VERSION } from '@zun/domain';
import { describe, expect, it } from 'vitest';
import { collectParams } from './collect-params.js';

const operations = apiOperations({
  minimumCpus: 0.1,
  maximumCpus: 16,
  minimumMemoryMib: 4,
  maximumMemoryMib: 8192,
  minimumDiskGib: 1,
  maximumDiskGib: 160,
  imageDrivers: ['docker'],
});

function collect(operation: Operation, query: Record<string, unknown>, body: unknown = {}): Record<string, unknown> {
  const validator = operation.params ? new ParamsValidator(operation.params.fields) : null;
  return { ...collectParams(operation, { query, body: body as Record<string, unknown> }, validator, MAX_VERSION) };
}

describe('parameters of which only the query has a schema', () => {
  const { stopContainer, deleteContainer, executeInContainer } = operations;

  it.each([
    ['a number', { timeout: 5 }, { timeout: '5' }],
    ['a text', { timeout: '5' }, { timeout: '5' }],
    ['null', { timeout: null }, {}],
  ])('may be in the body: %s', (_kind, body, collected) => {
    expect(collect(stopContainer, {}, body)).toEqual(collected);
  });

  it.each([
    [stopContainer, { timeout: 'soon' }, /'timeout'/],
    [stopContainer, { timeout: -1 }, /'timeout'/],
    [stopContainer, { timeout: { toString: 1 } }, /'timeout'/],
    [deleteContainer, { force: 'maybe' }, /'force'/],
    [executeInContainer, { command: ['ls'] }, /'command'/],
  ])('are held to it there too', (operation, body, message) => {
    expect(() => collect(operation, {}, body)).toThrow(message);
  });

  it('may not be in both', () => {
    expect(() => collect(stopContainer, { timeout: '5' }, { timeout: 5 })).toThrow(/'timeout'/);
  });

  it('are not looked for elsewhere in the body', () => {
    expect(collect(stopContainer, {}, { colour: 'red' })).toEqual({ colour: 'red' });
  });
});

describe('parameters that are checked as one', () => {
  it('refuse what hides behind a prototype', () => {
    const body: unknown = JSON.parse('{"__proto__":{"cpu":"a lot"}}');
    expect(() => collect(operations.updateContainer, {}, body)).toThrow(/'__proto__' was unexpected/);
  });

  it('know no names that every object has', () => {
    expect(() => collect(operations.updateContainer, {}, { constructor: 1 })).toThrow(/'constructor' was unexpected/);
  });
});

it('leaves a body of its own alone', () => {
  expect(collect(operations.createContainer, { run: 'true' }, { image: 'busybox' })).toEqual({ run: 'true' });
});
