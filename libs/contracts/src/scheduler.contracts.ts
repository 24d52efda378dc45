import type { Addresses, HostInventory, ObservedState, TaskState } from '@zun/domain';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { defineCall, defineCommand } from './contract.js';
import { imageProgressed, imageSettled } from './image.contracts.js';

/** A container has been accepted and waits for a host. */
export class PlaceContainer {
  @IsUUID('all') containerUuid!: string;
}

/** Where it went; `host` null with the reason when none fits (the container is in Error by then). */
export interface Placement {
  readonly host: string | null;
  readonly reason: string | null;
}

/** A host's heartbeat with what it has. */
export class HostReport {
  @IsString() @MaxLength(255) host!: string;
  /** False while the container engine does not answer: nothing is placed here then. */
  @IsBoolean() engineUp!: boolean;
  @IsString() @MaxLength(255) availabilityZone!: string;
  /** Null while the engine has never answered since the service started. */
  @IsOptional() @IsObject() inventory!: HostInventory | null;
}

/** A compute service has started (or its link is back): it wants every unfinished action of its host. */
export class HostStarted {
  @IsString() @MaxLength(255) host!: string;
}

/** What a host saw of one container. */
export class ContainerObservation {
  @IsUUID('all') uuid!: string;
  /** Grows with every observation a host makes, also over restarts: an older one never overwrites a newer one. */
  @IsInt() version!: number;
  @IsObject() state!: ObservedState;
  /** ISO 8601, null when it never started. */
  @IsOptional() @IsString() startedAt!: string | null;
  /** The following are null when the engine does not know the container. */
  @IsOptional() @IsString() hostname!: string | null;
  @IsOptional() @IsArray() command!: string[] | null;
  @IsOptional() @IsArray() entrypoint!: string[] | null;
  @IsOptional() @IsArray() ports!: number[] | null;
  @IsOptional() @IsString() runtime!: string | null;
  @IsOptional() @IsObject() addresses!: Addresses | null;
}

/** States seen on a host, none of them the outcome of an action. A report counts only from the host a container is placed on. */
export class ContainersObserved {
  @IsString() @MaxLength(255) host!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ContainerObservation) observations!: ContainerObservation[];
}

/** A named step of an action, shown to the tenant in the action's events. Times are `YYYY-MM-DD HH:MM:SS.ffffff` UTC. */
export class ActionStep {
  @IsString() @MaxLength(255) name!: string;
  @IsString() startTime!: string;
  @IsOptional() @IsString() finishTime!: string | null;
  @IsOptional() @IsIn(['Success', 'Error']) result!: 'Success' | 'Error' | null;
  /** For admins only. */
  @IsOptional() @IsString() traceback!: string | null;
}

/** Progress of an action: a hint for the tenant, safe to lose. */
export class ActionProgressed {
  @IsString() @MaxLength(255) host!: string;
  @IsInt() actionId!: number;
  @IsUUID('all') containerUuid!: string;
  @IsOptional() @IsString() taskState!: TaskState | null;
  @IsOptional() @IsString() statusDetail!: string | null;
}

/** An image as the engine has it. */
export class CommittedImage {
  @IsString() id!: string;
  @IsInt() sizeBytes!: number;
}

/** The end of an action on a host. Sent again when asked again: it may arrive more than once. */
export class ActionFinished {
  @IsString() @MaxLength(255) host!: string;
  @IsInt() actionId!: number;
  @IsUUID('all') containerUuid!: string;
  /** Null on success, else the sentence for the tenant. */
  @IsOptional() @IsString() failure!: string | null;
  /** True when nothing of the container is left on the host after a failed create: its claim may go and it may be forgotten. */
  @IsBoolean() leftNothing!: boolean;
  /** True when a failed rebuild has not touched the container that was there: it is what it was before. */
  @IsOptional() @IsBoolean() leftAsItWas?: boolean;
  @IsOptional() @ValidateNested() @Type(() => ContainerObservation) observation!: ContainerObservation | null;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ActionStep) steps!: ActionStep[];
  /** What a commit has made. */
  @IsOptional() @ValidateNested() @Type(() => CommittedImage) image?: CommittedImage | null;
}

/** Asked before a host removes containers that carry its label: which of them has nobody placed there? */
export class FindUnplaced {
  @IsString() @MaxLength(255) host!: string;
  @IsArray() @IsString({ each: true }) uuids!: string[];
}

/** Asked before a host removes volumes: which of them are in no record of this host? */
export class FindUnknownVolumes {
  @IsString() @MaxLength(255) host!: string;
  @IsArray() @IsString({ each: true }) uuids!: string[];
}

/**
 * Every container that a host has on its engine. One that is placed there and is not among them, and of which nothing newer is known, is
 * missing: it went while nobody looked.
 */
export class ContainersListed {
  @IsString() @MaxLength(255) host!: string;
  /** Taken before the list was made; see {@link ContainerObservation}. */
  @IsInt() version!: number;
  @IsArray() @IsString({ each: true }) uuids!: string[];
}

export const placeContainer = defineCall<Placement>()('container.place', PlaceContainer);
export const hostReport = defineCommand('host.report', HostReport);
export const hostStarted = defineCommand('host.started', HostStarted);
export const containersObserved = defineCommand('containers.observed', ContainersObserved);
export const actionProgressed = defineCommand('action.progressed', ActionProgressed);
export const actionFinished = defineCommand('action.finished', ActionFinished);
export const findUnplaced = defineCall<{ readonly unplaced: readonly string[] }>()('containers.find-unplaced', FindUnplaced);
export const findUnknownVolumes = defineCall<{ readonly unknown: readonly string[] }>()(
  'volumes.find-unknown',
  FindUnknownVolumes,
);
export const containersListed = defineCommand('containers.listed', ContainersListed);

/** Every contract that schedulers must serve; a service that lacks a handler for one refuses to start. */
export const SCHEDULER_CONTRACTS = [
  placeContainer,
  hostReport,
  hostStarted,
  containersObserved,
  actionProgressed,
  actionFinished,
  findUnplaced,
  imageProgressed,
  imageSettled,
  findUnknownVolumes,
  containersListed,
] as const;
