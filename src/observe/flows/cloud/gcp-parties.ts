import { countryCode } from './countries.ts';
import type { CloudNames, CloudRecord } from './record.ts';
import { fieldOf, numberOf, textOf } from './values.ts';

/** The two ends of what Google Cloud logs tell of. */

const mostAs = 2 ** 32 - 1;
const joined = (...parts: readonly string[]) => parts.filter((part) => part !== '').join('/');

/** `project/subnet's network/subnet`; 0 without one. */
export function networkNumber(names: CloudNames, vpc: unknown): number {
  const text = joined(textOf(vpc, 'project_id'), textOf(vpc, 'vpc_name'), textOf(vpc, 'subnetwork_name'));
  return text === '' ? 0 : names.network(text);
}

/** `project/name` of a virtual machine; 0 without one. */
export function instanceNumber(names: CloudNames, instance: unknown): number {
  const name = textOf(instance, 'vm_name');
  return name === '' ? 0 : names.name(joined(textOf(instance, 'project_id'), name));
}

/** The closest to what talks: a pod on a machine is the pod. */
export function endpointNumber(names: CloudNames, payload: unknown, side: 'src' | 'dest'): number {
  const gke = fieldOf(payload, `${side}_gke_details`);
  const pod = textOf(gke, 'pod', 'pod_name');
  if (pod !== '') {
    return names.name(joined(textOf(gke, 'cluster', 'cluster_name'), textOf(gke, 'pod', 'pod_namespace'), pod));
  }
  const instance = instanceNumber(names, fieldOf(payload, `${side}_instance`));
  if (instance !== 0) return instance;
  const gateway = fieldOf(payload, `${side}_gateway`);
  const named = textOf(gateway, 'name');
  if (named !== '') return names.name(joined(textOf(gateway, 'project_id'), named));
  const service = fieldOf(payload, `${side}_google_service`);
  const text = textOf(service, 'service_name') || textOf(service, 'type');
  return text === '' ? 0 : names.name(text);
}

/** Where a public address is. */
export function addLocation(columns: CloudRecord['columns'], side: 'source' | 'destination', location: unknown): void {
  const as = numberOf(fieldOf(location, 'asn'), mostAs);
  if (as > 0) columns[`${side}_as`] = as;
  const country = countryCode(textOf(location, 'country'));
  if (country > 0) columns[`${side}_country`] = country;
}
