import { useEffect, useState } from 'preact/hooks';
import type * as policyYaml from './policy-yaml.ts';

export type PolicyYaml = typeof policyYaml;

/** YAML, once it has come: only editors need it. */
export function usePolicyYaml(): PolicyYaml | undefined {
  const [loaded, setLoaded] = useState<PolicyYaml | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    void import('./policy-yaml.ts').then((module) => {
      if (!gone) setLoaded(module);
    });
    return () => {
      gone = true;
    };
  }, []);
  return loaded;
}
