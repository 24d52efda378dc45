import { DomainError } from '@zun/domain';

/** How many streams each project has open in this copy of the API. */
export class OpenStreams {
  private readonly open = new Map<string, number>();

  /** @param limit of one project; 0: any number */
  constructor(private readonly limit: number) {}

  /** Counts one more. @returns what must be called, once, when it has ended @throws DomainError of class too-many-requests */
  begin(projectId: string): () => void {
    const count = this.of(projectId);
    if (this.limit > 0 && count >= this.limit)
      throw new DomainError(
        'too-many-requests',
        'too-many-requests',
        `The project has ${count} streams open, as many as it may.`,
      );
    this.open.set(projectId, count + 1);
    return () => this.end(projectId);
  }

  of(projectId: string): number {
    return this.open.get(projectId) ?? 0;
  }

  private end(projectId: string): void {
    const count = this.of(projectId) - 1;
    if (count > 0) this.open.set(projectId, count);
    else this.open.delete(projectId);
  }
}
