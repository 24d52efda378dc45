import { isRoleName, type IdentityData } from '../model.js';

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isTextOrNull: Check = (value) => value === null || typeof value === 'string';

const SHAPES: Readonly<Record<Exclude<keyof IdentityData, 'version'>, Shape>> = {
  users: { id: isText, name: isText, password_hash: isText, default_project_id: isTextOrNull },
  projects: { id: isText, name: isText },
  assignments: { user_id: isText, project_id: isText, role: isRoleName },
  application_credentials: {
    id: isText,
    name: isText,
    description: isTextOrNull,
    user_id: isText,
    project_id: isText,
    roles: (value) => Array.isArray(value) && value.every(isRoleName),
    secret_hash: isText,
    expires_at: (value) => value === null || isNumber(value),
    unrestricted: (value) => typeof value === 'boolean',
  },
  revoked_tokens: { audit_id: isText, expires_at: isNumber },
};

/**
 * Reads the text of a users file.
 * @throws Error saying where the text is not one
 */
export function parseData(text: string): IdentityData {
  const data = JSON.parse(text) as Record<string, unknown> | null;
  if (typeof data !== 'object' || data === null) throw new Error('not a users file');
  if (data['version'] !== 1) throw new Error(`version is ${JSON.stringify(data['version'])}; this program reads version 1`);
  for (const [table, shape] of Object.entries(SHAPES)) checkTable(table, data[table], shape);
  return data as unknown as IdentityData;
}

function checkTable(table: string, rows: unknown, shape: Shape): void {
  if (!Array.isArray(rows)) throw new Error(`${table} is not a list`);
  rows.forEach((row: unknown, index) => {
    for (const [field, check] of Object.entries(shape)) {
      const value = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[field] : undefined;
      if (!check(value)) throw new Error(`${table}[${index}].${field} is missing or wrong`);
    }
  });
}
