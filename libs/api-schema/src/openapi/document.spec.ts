import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { apiOperations } from '../api.js';
import { openApiDocument } from './document.js';

const limits = {
  minimumCpus: 0.1,
  maximumCpus: 16,
  minimumMemoryMib: 4,
  maximumMemoryMib: 8192,
  minimumDiskGib: 1,
  maximumDiskGib: 160,
  imageDrivers: ['docker'],
};

type Node = Record<string, unknown>;
const document = openApiDocument(limits) as Node & {
  paths: Record<string, Record<string, Node>>;
  components: { schemas: Record<string, Node> };
};

function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === '$ref' ? [String(item)] : references(item)));
}

describe('the OpenAPI document', () => {
  it('has every operation of the table, once', () => {
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect([...ids].sort()).toEqual(Object.keys(apiOperations(limits)).sort());
  });

  it('refers to nothing that is not in it', () => {
    const there = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(references(document).filter((reference) => !there.includes(reference))).toEqual([]);
  });

  it('has schemas that any validator takes', () => {
    const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, validateFormats: false });
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      ajv.addSchema(schema, `#/components/schemas/${name}`);
    }
    for (const methods of Object.values(document.paths)) {
      for (const operation of Object.values(methods)) {
        for (const { schema } of operation.parameters as { schema: Node }[]) expect(() => ajv.compile(schema)).not.toThrow();
      }
    }
  });

  it('names every part of a path as a parameter', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(methods)) {
        const declared = (operation.parameters as { name: string; in: string }[]).filter((parameter) => parameter.in === 'path');
        expect(declared.map(({ name }) => name)).toEqual(inPath);
      }
    }
  });
});
