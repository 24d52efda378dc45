import { InvalidValueError } from '@zun/domain';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Contract } from './contract.js';

function describe(errors: readonly ValidationError[], path = ''): string {
  return errors
    .flatMap((error) => {
      const here = path ? `${path}.${error.property}` : error.property;
      const own = Object.values(error.constraints ?? {});
      return [...own.map((rule) => `${here}: ${rule}`), ...(error.children?.length ? [describe(error.children, here)] : [])];
    })
    .join('; ');
}

/**
 * Checks a received payload against its contract. Fields the contract does not name are dropped: a newer sender may have them.
 * @throws InvalidValueError naming every field and rule that is broken
 */
export function parsePayload<TPayload extends object>(contract: Contract<TPayload, unknown>, payload: unknown): TPayload {
  if (typeof payload !== 'object' || payload === null) {
    throw new InvalidValueError(`message ${contract.type}: the payload is not an object`);
  }
  const instance = plainToInstance(contract.payload, payload);
  const errors = validateSync(instance, { whitelist: true, forbidUnknownValues: true });
  if (errors.length > 0) throw new InvalidValueError(`message ${contract.type}: ${describe(errors)}`);
  return instance;
}
