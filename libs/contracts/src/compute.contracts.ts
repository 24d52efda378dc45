import {
  LOGGED_ACTIONS,
  type ActionEntry,
  type CommitChoice,
  type ActionParameters,
  type ContainerSpec,
  type LoggedAction,
  type ExecResult,
  type ImageChoice,
  type PathStat,
  type RequestedNetwork,
  type StreamTicket,
  type StatsSample,
  type TopResult,
} from '@zun/domain';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  ValidateNested,
} from 'class-validator';
import { defineCall, defineCommand } from './contract.js';
import { ensureImage, searchImages } from './image.contracts.js';

/** See {@link ActionParameters} for what each means. */
export class ActionParams implements ActionParameters {
  @IsOptional() @IsBoolean() run?: boolean;
  @IsOptional() @IsInt() timeoutS?: number;
  @IsOptional() @IsString() signal?: string;
  @IsOptional() @IsBoolean() force?: boolean;
  @IsOptional() @IsNumber() cpu?: number;
  @IsOptional() @IsInt() memoryMib?: number;
  @IsOptional() @IsObject() image?: ImageChoice;
  @IsOptional() @IsObject() replacedImage?: ImageChoice;
  @IsOptional() @IsObject() network?: RequestedNetwork;
  @IsOptional() @IsObject() commit?: CommitChoice;
}

/** One row of the action log, with what a host needs to carry it out. */
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

/**
 * Carry out everything of one container that has no end. Always all of it: were the actions sent one by one, a later one could arrive
 * where an earlier one was lost. Delivered at least once: what a host has under way it ignores, what it has ended it
 * reports again, of what it died in the middle it does what is left.
 */
export class RunActions {
  /** In the order in which they were accepted. */
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => RunAction) actions!: RunAction[];
  /**
   * The container's newest action, ended or not, when this was read. A host that has been told of a newer one ignores the
   * message: it was long on its way, and what it asks for may have been done, and undone, since.
   */
  @IsInt() newestActionId!: number;
}

/** @param newestActionId see {@link RunActions} */
export function toRunActions(entries: readonly ActionEntry[], newestActionId: number, spec: ContainerSpec): RunActions {
  const actions = entries.map(({ id: actionId, action, requestId, params, baselineStartedAt }) => {
    return { actionId, action, requestId, params, baselineStartedAt, spec };
  });
  return { actions, newestActionId };
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
  /** Also what comes, until the container's output ends or the stream is closed. */
  @IsOptional() @IsBoolean() follow?: boolean;
  @ValidateNested() @Type(() => Ticket) stream!: Ticket;
}

export class ExecuteCommand {
  @IsUUID('all') uuid!: string;
  /** As the tenant wrote it; split into words as a shell would, on the host. */
  @IsString() command!: string;
  @IsBoolean() interactive!: boolean;
}

/** The command is prepared, and runs once a stream to it is opened. */
export class CreateExec {
  @IsUUID('all') uuid!: string;
  /** See {@link ExecuteCommand}. */
  @IsString() command!: string;
  @IsBoolean() interactive!: boolean;
}

/**
 * Joins the container's own process, or starts a prepared command. What is typed comes over the stream, in frames, and what the process says
 * goes back over it; the last frame carries a {@link StreamEnd} as JSON. Answered once the process is joined.
 */
export class OpenTerminal {
  @IsUUID('all') uuid!: string;
  /** The command; absent or null: the container's own process. */
  @IsOptional() @IsString() execId?: string | null;
  @ValidateNested() @Type(() => Ticket) stream!: Ticket;
}

/** See {@link OpenTerminal} for whose. */
export class ResizeTerminal {
  @IsUUID('all') uuid!: string;
  @IsOptional() @IsString() execId?: string | null;
  /** In characters. */
  @IsInt() height!: number;
  @IsInt() width!: number;
}

export class GetTop {
  @IsUUID('all') uuid!: string;
  @IsOptional() @IsString() psArgs!: string | null;
}

export class GetStats {
  @IsUUID('all') uuid!: string;
}

/** Samples go over the stream, a `TimedStatsSample` as JSON a line, until the container stops or the stream is closed. */
export class WatchStats {
  @IsUUID('all') uuid!: string;
  @ValidateNested() @Type(() => Ticket) stream!: Ticket;
}

/** The archive comes over the stream, in frames; the answer tells what it is of. */
export class GetArchive {
  @IsUUID('all') uuid!: string;
  @IsString() path!: string;
  @ValidateNested() @Type(() => Ticket) stream!: Ticket;
}

/**
 * The archive goes to the host over the stream, in frames; the answer only says that it may be sent. How it ended comes back over the
 * same stream, as one frame with an {@link Outcome}: it may take longer than anybody waits for an answer.
 */
export class PutArchive {
  @IsUUID('all') uuid!: string;
  @IsString() path!: string;
  @ValidateNested() @Type(() => Ticket) stream!: Ticket;
}

export class UpdateResources {
  @IsUUID('all') uuid!: string;
  @IsOptional() @IsNumber() cpu?: number;
  @IsOptional() @IsInt() memoryMib?: number;
}

export const runActions = defineCommand('container.run-actions', RunActions);
export const getLogs = defineCall<Record<string, never>>()('container.logs', GetLogs);
export const executeCommand = defineCall<ExecResult>()('container.execute', ExecuteCommand);
export const createExec = defineCall<{ readonly execId: string }>()('container.create-exec', CreateExec);
export const openTerminal = defineCall<Record<string, never>>()('container.open-terminal', OpenTerminal);
export const resizeTerminal = defineCall<Record<string, never>>()('container.resize-terminal', ResizeTerminal);
export const getTop = defineCall<TopResult>()('container.top', GetTop);
export const watchStats = defineCall<Record<string, never>>()('container.watch_stats', WatchStats);
export const getStats = defineCall<StatsSample>()('container.stats', GetStats);
export const getArchive = defineCall<PathStat>()('container.get-archive', GetArchive);
export const putArchive = defineCall<Record<string, never>>()('container.put-archive', PutArchive);
export const updateResources = defineCall<Record<string, never>>()('container.update-resources', UpdateResources);

/** Every contract that a compute service must serve; one that lacks a handler refuses to start. */
export const COMPUTE_CONTRACTS = [
  runActions,
  getLogs,
  executeCommand,
  createExec,
  openTerminal,
  resizeTerminal,
  getTop,
  getStats,
  watchStats,
  getArchive,
  putArchive,
  updateResources,
  ensureImage,
  searchImages,
] as const;
