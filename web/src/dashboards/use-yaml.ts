import { useEffect, useState } from 'preact/hooks';
import type * as yaml from './yaml.ts';

type Yaml = Pick<typeof yaml, 'readText' | 'writeText'>;

/** YAML, once it has come: only editors need it. */
export function useYaml(): Yaml | undefined {
  const [loaded, setLoaded] = useState<Yaml | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    void import('./yaml.ts').then((module) => {
      if (!gone) setLoaded(module);
    });
    return () => {
      gone = true;
    };
  }, []);
  return loaded;
}
