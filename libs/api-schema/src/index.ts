export { apiOperations, type OperationId } from './api.js';
export { parseBool, parseStrictBool } from './booleans.js';
export type { FieldRule, ColumnKind, JsonSchema, RequestField, RequestFields, ResponseField, ResponseFields } from './field.js';
export type { ContainerLimits } from './fields/container-request.fields.js';
export { CONTAINER_FIELDS, CONTAINER_FILTERS } from './fields/container-response.fields.js';
export { REGISTRY_FIELDS, REGISTRY_FILTERS } from './fields/registry.fields.js';
export { openApiDocument, type OpenApiDocument } from './openapi/document.js';
export type { Operation } from './operation.js';
export { ParamsValidator, type Params } from './validator.js';
