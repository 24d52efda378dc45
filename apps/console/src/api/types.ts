/** Answers of the API, as far as the console reads them. */
export interface Container {
  readonly uuid: string;
  readonly name: string;
  readonly project_id: string;
  readonly image: string;
  readonly image_driver: string | null;
  readonly command: readonly string[] | null;
  readonly entrypoint?: readonly string[] | null;
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_detail: string | null;
  readonly task_state: string | null;
  readonly cpu: number;
  /** MiB. */
  readonly memory: string;
  /** GiB. */
  readonly disk: number;
  readonly environment: Readonly<Record<string, string>> | null;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly workdir: string | null;
  readonly hostname: string | null;
  readonly ports: readonly number[] | null;
  readonly addresses: Readonly<Record<string, readonly { readonly addr: string }[]>> | null;
  readonly restart_policy: { readonly Name?: string; readonly MaximumRetryCount?: string } | null;
  readonly interactive: boolean;
  readonly tty: boolean;
  readonly auto_remove: boolean;
  readonly host?: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

/** What `GET /v1/events` tells of a container. */
export interface ContainerEvent extends Pick<
  Container,
  'uuid' | 'name' | 'status' | 'status_reason' | 'status_detail' | 'task_state' | 'host' | 'project_id' | 'updated_at'
> {
  readonly event: 'created' | 'changed' | 'deleted';
}

export interface ContainerAction {
  readonly action: string;
  readonly request_id: string;
  readonly user_id: string;
  readonly start_time: string | null;
  readonly finish_time: string | null;
  readonly message: string | null;
}

export interface ActionEvent {
  readonly event: string;
  readonly start_time: string | null;
  readonly finish_time: string | null;
  readonly result: string | null;
  readonly traceback: string | null;
}

export interface StatsSample {
  readonly time: string;
  /** Of all processors, since the container was started. */
  readonly 'CPU TIME(ns)': number;
  readonly 'MEM USAGE(MiB)': number;
  readonly 'MEM LIMIT(MiB)': number;
  /** `received/sent`, since the container was started. */
  readonly 'NET I/O(B)': string;
}

export interface Host {
  readonly uuid: string;
  readonly hostname: string;
  /** MiB. */
  readonly mem_total: number;
  readonly mem_used: number;
  readonly cpus: number;
  readonly cpu_used: number;
  /** GiB. */
  readonly disk_total: number;
  readonly disk_used: number;
  readonly total_containers: number;
  readonly architecture: string | null;
  readonly os: string | null;
  readonly kernel_version: string | null;
}

export interface Service {
  readonly host: string;
  readonly binary: string;
  readonly state: string;
  readonly disabled: boolean;
  readonly disabled_reason: string | null;
  readonly availability_zone: string | null;
  readonly last_seen_up: string | null;
}

export const QUOTA_NAMES = ['containers', 'cpu', 'memory', 'disk'] as const;
export type QuotaName = (typeof QUOTA_NAMES)[number];
/** A limit of −1 is none. */
export type QuotaUsages = Readonly<Record<QuotaName, { readonly limit: number; readonly in_use: number }>>;

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domain: string | null;
}

export interface Session {
  readonly token: string;
  /** ISO 8601. */
  readonly expires_at: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly project: Project;
  readonly roles: readonly string[];
  readonly projects: readonly Project[];
}
