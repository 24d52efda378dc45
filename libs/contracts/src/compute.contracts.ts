import {
  LOGGED_ACTIONS,
  type ActionEntry,
  type ActionParameters,
  type ContainerSpec,
  type LoggedAction,
  type ExecResult,
  type StreamTicket,
  type StatsSample,
  type TopResult,
} from '@zun/domain';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsObject, IsOptional, IsString, IsUUID, ValidateNested } from 'class-validator';
import { defineCall, defineCommand } from './contract.js';

/** See {@link ActionParameters} for what each means. */
export class ActionParams implements ActionParameters {
  @IsOptional() @IsBoolean() run?: boolean;
  @IsOptional() @IsInt() timeoutS?: number;
  @IsOptional() @IsString() signal?: string;
  @IsOptional() @IsBoolean() force?: boolean;
  @IsOptional() @IsNumber() cpu?: number;
  @IsOptional() @IsInt() memoryMib?: number;
}

/**
 * Carry out one row of the action log. Delivered at least once: a host that has it under way ignores it, one that has ended it
 * reports the end again, one that died in the middle does what is left.
 */
export class RunAction {
  @IsInt() actionId!: number;
  @IsIn(LOGGED_ACTIONS) action!: LoggedAction;
  @IsString() requestId!: string;
  @ValidateNested() @Type(() => ActionParams) params!: ActionParams;
  @IsObject() spec!: ContainerSpec;
  /**
   * ISO 8601: when the container had last been started, as known when the action was accepted; null: never. A container
   * started later than that has already had this start or reboot.
   */
  @IsOptional() @IsString() baselineStartedAt!: string | null;
}

/** The message for one row of the action log. */
export function toRunAction(entry: ActionEntry, spec: ContainerSpec): RunAction {
  const { id: actionId, action, requestId, params, baselineStartedAt } = entry;
  return { actionId, action, requestId, params, baselineStartedAt, spec };
}

/** See `StreamTicket` of the domain. */
export class Ticket implements StreamTicket {
  @IsString() url!: string;
  @IsString() token!: string;
}

/** The log goes over the stream, in frames; the answer only says that it comes. */
export class GetLogs {
  @IsUUID('all') uuid!: string;
  @IsBoolean() stdout!: boolean;
  @IsBoolean() stderr!: boolean;
  @IsBoolean() timestamps!: boolean;
  @IsOptional() @IsInt() tail!: number | null;
  /** Seconds since the epoch. */
  @IsOptional() @IsNumber() since!: number | null;
  @ValidateNested() @Type(() => Ticket) stream!: Ticket;
}

export class ExecuteCommand {
  @IsUUID('all') uuid!: string;
  /** As the tenant wrote it; split into words as a shell would, on the host. */
  @IsString() command!: string;
  @IsBoolean() interactive!: boolean;
}

export class GetTop {
  @IsUUID('all') uuid!: string;
  @IsOptional() @IsString() psArgs!: string | null;
}

export class GetStats {
  @IsUUID('all') uuid!: string;
}

export class UpdateResources {
  @IsUUID('all') uuid!: string;
  @IsOptional() @IsNumber() cpu?: number;
  @IsOptional() @IsInt() memoryMib?: number;
}

export const runAction = defineCommand('container.run-action', RunAction);
export const getLogs = defineCall<Record<string, never>>()('container.logs', GetLogs);
export const executeCommand = defineCall<ExecResult>()('container.execute', ExecuteCommand);
export const getTop = defineCall<TopResult>()('container.top', GetTop);
export const getStats = defineCall<StatsSample>()('container.stats', GetStats);
export const updateResources = defineCall<Record<string, never>>()('container.update-resources', UpdateResources);

/** Every contract that a compute service must serve; one that lacks a handler refuses to start. */
export const COMPUTE_CONTRACTS = [runAction, getLogs, executeCommand, getTop, getStats, updateResources] as const;
