import { IMAGE_WISHES, type ImageWish, type ImageWishKind } from '@zun/domain';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { defineCall, defineCommand } from './contract.js';

/** See {@link ImageWish}. Delivered at least once: what a host has under way it ignores, what it has ended it reports again. */
export class EnsureImage implements ImageWish {
  @IsUUID('all') uuid!: string;
  @IsInt() revision!: number;
  @IsIn(IMAGE_WISHES) kind!: ImageWishKind;
  @IsString() reference!: string;
  @IsOptional() @IsUUID('all') glanceImage?: string | null;
  @IsBoolean() isOurs!: boolean;
  @IsString() requestId!: string;
}

/** How far a pull is, in words: a hint, safe to lose. */
export class ImageProgressed {
  @IsString() @MaxLength(255) host!: string;
  @IsUUID('all') uuid!: string;
  @IsInt() revision!: number;
  @IsString() detail!: string;
}

/** The end of a wish on a host. It may arrive more than once. */
export class ImageSettled {
  @IsString() @MaxLength(255) host!: string;
  @IsUUID('all') uuid!: string;
  @IsInt() revision!: number;
  /** Null on success, else the sentence for the administrator. */
  @IsOptional() @IsString() failure!: string | null;
  @IsOptional() @IsString() imageId!: string | null;
  @IsOptional() @IsNumber() sizeBytes!: number | null;
  /** The engine had the reference before the pull began, or may have had. */
  @IsBoolean() wasThere!: boolean;
}

export class SearchImages {
  @IsString() term!: string;
}

/** One image that a registry offers. */
export interface SearchedImage {
  readonly name: string;
  readonly description: string;
  readonly isOfficial: boolean;
  readonly isAutomated: boolean;
  readonly stars: number;
}

export const ensureImage = defineCommand('image.ensure', EnsureImage);
export const imageProgressed = defineCommand('image.progressed', ImageProgressed);
export const imageSettled = defineCommand('image.settled', ImageSettled);
export const searchImages = defineCall<readonly SearchedImage[]>()('image.search', SearchImages);
