import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { listHosts, listServices, setEnabled } from '../api/admin.js';
import type { Host, Service } from '../api/types.js';
import { formatMib, formatNumber } from '../format/format.js';
import { attempt } from '../state/toasts.js';
import { Dialog } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { Meter } from '../ui/meter.js';
import { Empty, ErrorNote, Loading } from '../ui/notes.js';
import { Badge } from '../ui/status.js';
import { useLoad } from '../ui/use-load.js';

interface HostState {
  readonly host: Host;
  readonly service: Service | undefined;
}

async function read(): Promise<HostState[]> {
  const [hosts, services] = await Promise.all([listHosts(), listServices()]);
  return hosts.map((host) => ({ host, service: services.find((one) => one.host === host.hostname) }));
}

export function Hosts(): JSX.Element {
  const { value, error, reload } = useLoad(read, 'hosts');
  return (
    <>
      <div class="title-row">
        <h1>Hosts</h1>
        <button type="button" onClick={reload}>
          Read again
        </button>
      </div>
      {error !== null && <ErrorNote error={error} retry={reload} />}
      {!value && error === null && <Loading what="hosts" />}
      {value?.length === 0 && <Empty title="No host has reported yet">Start a compute service, and it appears here.</Empty>}
      <div class="grid fixed">
        {value?.map((one) => (
          <HostCard key={one.host.uuid} {...one} reload={reload} />
        ))}
      </div>
    </>
  );
}

function HostCard({ host, service, reload }: HostState & { readonly reload: () => void }): JSX.Element {
  const isUp = service?.state === 'up';
  return (
    <article class="card host">
      <div class="timeline-head">
        <h2>{host.hostname}</h2>
        <Badge tone={isUp ? 'good' : 'bad'}>{isUp ? 'Up' : 'Down'}</Badge>
        {service?.disabled && <Badge tone="warn">Disabled</Badge>}
      </div>
      <p class="muted">
        {host.total_containers} {host.total_containers === 1 ? 'container' : 'containers'} ·{' '}
        {[host.os, host.architecture].filter(Boolean).join(' · ')}
        {service?.availability_zone && ` · zone ${service.availability_zone}`}
      </p>
      {service?.disabled_reason && <p class="note warn">{service.disabled_reason}</p>}
      <Meter label="CPU" used={host.cpu_used} limit={host.cpus} format={formatNumber} />
      <Meter label="Memory" used={host.mem_used} limit={host.mem_total} format={formatMib} />
      <Meter label="Disk" used={host.disk_used} limit={host.disk_total} format={(gib) => `${gib} GiB`} />
      {service && <Switch service={service} reload={reload} />}
    </article>
  );
}

function Switch({ service, reload }: { readonly service: Service; readonly reload: () => void }): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const set = async (isEnabled: boolean): Promise<void> => {
    setAsking(false);
    const done = isEnabled ? `${service.host} takes containers again.` : `${service.host} takes no more containers.`;
    if (await attempt(() => setEnabled(service, isEnabled, reason), done)) reload();
  };
  return (
    <div class="buttons">
      <button type="button" onClick={() => (service.disabled ? void set(true) : setAsking(true))}>
        {service.disabled ? 'Enable' : 'Disable'}
        <span class="unseen"> {service.host}</span>
      </button>
      {isAsking && (
        <Dialog title={`Disable ${service.host}?`} onClose={() => setAsking(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void set(false);
            }}
          >
            <p>It takes no more containers; those that are there go on.</p>
            <Field label="Reason" hint="For other administrators; may be empty.">
              <input value={reason} maxLength={255} onInput={(event) => setReason(event.currentTarget.value)} autofocus />
            </Field>
            <div class="buttons end">
              <button type="button" onClick={() => setAsking(false)}>
                Cancel
              </button>
              <button type="submit" class="danger">
                Disable
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </div>
  );
}
