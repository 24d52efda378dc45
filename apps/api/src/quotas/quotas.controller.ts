import { Controller, Inject, Param } from '@nestjs/common';
import type { Params } from '@zun/api-schema';
import { SchemaValidationError } from '@zun/domain';
import { QuotaStore, type LimitChange, type QuotaAmounts } from '@zun/persistence';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentLimits, presentUsages } from './present-quota.js';

const UNLIMITED: QuotaAmounts = { containers: -1, cpu: -1, memoryMib: -1, diskGib: -1 };
const MAX_NAME = 255;

/** What projects may have. */
@Controller()
export class QuotasController {
  constructor(
    private readonly quotas: QuotaStore,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ServesOperation('showQuota')
  async show(@Call() { params }: ApiCall, @Param('project') project: string): Promise<string> {
    const limits = await this.limitsOf(project);
    const isWithUsages = params.usages !== undefined && params.usages !== '';
    return isWithUsages ? presentUsages(limits, await this.quotas.usage(project)) : presentLimits(limits);
  }

  @ServesOperation('showDefaultQuota')
  async showDefault(): Promise<string> {
    return presentLimits(await this.limitsOf(null));
  }

  @ServesOperation('updateQuota')
  async update(@Call() { params }: ApiCall, @Param('project') project: string): Promise<string> {
    await this.quotas.setLimits(checkName('project', project), toChange(params));
    return presentLimits(await this.limitsOf(project));
  }

  @ServesOperation('deleteQuota')
  async delete(@Param('project') project: string): Promise<string> {
    await this.quotas.resetLimits(project);
    return NULL;
  }

  @ServesOperation('showQuotaClass')
  async showClass(@Param('class') name: string): Promise<string> {
    return presentLimits(await this.classLimitsOf(name));
  }

  @ServesOperation('updateQuotaClass')
  async updateClass(@Call() { params }: ApiCall, @Param('class') name: string): Promise<string> {
    await this.quotas.setClassLimits(checkName('class', name), toChange(params));
    return presentLimits(await this.classLimitsOf(name));
  }

  private async limitsOf(project: string | null): Promise<QuotaAmounts> {
    return this.options.quota === null ? UNLIMITED : this.quotas.limits(project, this.options.quota);
  }

  private async classLimitsOf(name: string): Promise<QuotaAmounts> {
    return this.options.quota === null ? UNLIMITED : this.quotas.classLimits(name, this.options.quota);
  }
}

/** @throws SchemaValidationError for a name that the database cannot hold */
function checkName(what: 'project' | 'class', name: string): string {
  if (name.length <= MAX_NAME && !name.includes('\u0000')) return name;
  throw new SchemaValidationError(
    `Invalid input for '${what}' in the path. It must be 1 to ${MAX_NAME} characters, without NUL characters.`,
  );
}

function toChange({ containers, cpu, memory, disk }: Params): LimitChange {
  const given = Object.entries({ containers, cpu, memoryMib: memory, diskGib: disk });
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value)]])));
}
