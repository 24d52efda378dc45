/** A volume of the engine. */
export interface EngineVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What an engine offers to drivers that keep volumes on it. Errors are those of a `ContainerEngine`. */
export interface VolumeHost {
  /** Those with all of these labels. */
  listVolumes(labels: Readonly<Record<string, string>>): Promise<readonly EngineVolume[]>;
  /** Makes a volume on the engine's own disk; one that is there already is left as it is. */
  createVolume(volume: EngineVolume): Promise<void>;
  /** Gone already is success; one that a container has is refused (conflict). */
  removeVolume(name: string): Promise<void>;
}
