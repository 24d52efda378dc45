/** The newest action of each container that this host was told of, to know what is out of date. Forgets who was not asked about for long. */
export class NewestActions {
  private readonly byContainer = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  /** Takes note of a container's newest action. @returns false when a newer one is known */
  note(uuid: string, actionId: number): boolean {
    const known = this.byContainer.get(uuid) ?? actionId;
    if (known > actionId) return false;
    this.byContainer.delete(uuid);
    this.byContainer.set(uuid, actionId);
    if (this.byContainer.size > this.capacity) this.byContainer.delete(this.byContainer.keys().next().value!);
    return true;
  }
}
