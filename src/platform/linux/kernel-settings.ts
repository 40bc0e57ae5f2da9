import { readFileSync, writeFileSync } from 'node:fs';
import { QwError, messageOf } from '../../model/index.ts';

/**
 * Settings of the kernel's network under `/proc/sys/net`, by their path there, such as
 * `ipv4/conf/wan1/rp_filter` (a dot may be part of a device's name, so paths have slashes). They follow the network
 * namespace of this process.
 */
export interface KernelSettings {
  /** Undefined when this kernel has no such setting. */
  read(path: string): string | undefined;
  /** Throws UNSUPPORTED when the kernel refuses. */
  write(path: string, value: string): void;
}

export const kernelSettings: KernelSettings = {
  read: (path) => {
    try {
      return readFileSync(`/proc/sys/net/${path}`, 'utf8').trim();
    } catch {
      return undefined;
    }
  },
  write: (path, value) => {
    try {
      writeFileSync(`/proc/sys/net/${path}`, value);
    } catch (error) {
      throw new QwError('UNSUPPORTED', `net/${path} cannot be set to ${value}: ${messageOf(error)}`, { cause: error });
    }
  },
};
