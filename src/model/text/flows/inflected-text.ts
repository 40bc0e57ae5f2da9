import { particlePairs, withParticle } from '../josa.ts';
import type { Language } from '../language.ts';

/** A value with what depends on it: a word for one or many in English, a particle by the last sound in Korean. */
export function inflectedText(text: string, pair: string, language: Language): string {
  if (language === 'ko') {
    const particles = particlePairs.find((one) => one === pair);
    return particles ? withParticle(text, particles) : text;
  }
  const [one = '', many = ''] = pair.split('/');
  return `${text} ${text === '1' ? one : many}`;
}
