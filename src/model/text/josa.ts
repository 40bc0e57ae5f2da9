/**
 * Korean particles (josa) depend on the last sound of the word before them: 점검은, 서버는; 라우터로, 업링크로, 방화벽으로.
 * Names are often Latin letters or digits, so their sound is that of the way they are read aloud.
 */

export const particlePairs = ['은/는', '이/가', '을/를', '과/와', '으로/로'] as const;
export type ParticlePair = (typeof particlePairs)[number];

/** How a word ends: on a vowel, on ㄹ (which 으로/로 treats as a vowel), or on another consonant. */
type Ending = 'vowel' | 'rieul' | 'consonant';

/** The word with the particle that fits; both forms, as 을(를), where nobody can tell how the word sounds. */
export function withParticle(word: string, pair: ParticlePair): string {
  const [afterConsonant = '', afterVowel = ''] = pair.split('/');
  const ending = endingOf(word);
  if (ending === undefined) return `${word}${pair === '으로/로' ? '(으)로' : `${afterConsonant}(${afterVowel})`}`;
  const open = ending === 'vowel' || (ending === 'rieul' && pair === '으로/로');
  return word + (open ? afterVowel : afterConsonant);
}

function endingOf(word: string): Ending | undefined {
  // What stands in brackets behind a word is not what the particle follows (Korean orthography, article on brackets).
  const bare = word.replace(/\s*\([^()]*\)\s*$/, '').replace(/[^\p{L}\p{N}]+$/u, '');
  const last = bare.at(-1) ?? '';
  if (/[가-힣]/.test(last)) return ofSyllable(last);
  if (/[ㄱ-ㅎ]/.test(last)) return last === 'ㄹ' ? 'rieul' : 'consonant';
  if (/[ㅏ-ㅣ]/.test(last)) return 'vowel';
  if (/[0-9]/.test(last)) return ofNumber(/[0-9]+$/.exec(bare)?.[0] ?? '');
  if (/[A-Za-z]/.test(last)) return ofLatin(/[A-Za-z]+$/.exec(bare)?.[0] ?? '');
  return undefined;
}

/** Hangul syllables are ordered by their 28 final sounds (Unicode Standard, section 3.12); the ninth is ㄹ. */
function ofSyllable(syllable: string): Ending {
  const final = ((syllable.codePointAt(0) ?? 0) - 0xac00) % 28;
  if (final === 0) return 'vowel';
  return final === 8 ? 'rieul' : 'consonant';
}

/** 영 일 이 삼 사 오 육 칠 팔 구; of round numbers only 조 (twelve zeros up to fifteen) ends on a vowel. */
function ofNumber(digits: string): Ending {
  const zeros = /[1-9](0+)$/.exec(digits)?.[1]?.length ?? 0;
  if (zeros >= 12 && zeros < 16) return 'vowel';
  const last = digits.at(-1) ?? '';
  if (/[178]/.test(last)) return 'rieul';
  return /[036]/.test(last) ? 'consonant' : 'vowel';
}

/** Words that the endings below would get wrong: 체크, 비트, 세트, 키트. */
const exceptions = /(?:check|bit|set|kit)$/;

function ofLatin(letters: string): Ending {
  // Capitals, and what holds no vowel, are spelt: 에스, 엘, 엠, 엔, 알.
  if (letters === letters.toUpperCase() || !/[aeiouy]/.test(letters.toLowerCase())) {
    const letter = (letters.at(-1) ?? '').toUpperCase();
    if (letter === 'L' || letter === 'R') return 'rieul';
    return letter === 'M' || letter === 'N' ? 'consonant' : 'vowel';
  }
  const word = letters.toLowerCase();
  if (/le?$/.test(word)) return 'rieul';
  if (exceptions.test(word)) return 'vowel';
  // 게이트웨이, 스위치 and 라우터 end open; 홈, 폰, 인터넷, 웹, 백업, 블록 and 그룹 do not.
  return /(?:[mn]e?|ng|mb|(?:^|[^aeiou])[aeiou](?:ck|[bckpt])|ou?ok|oup)$/.test(word) ? 'consonant' : 'vowel';
}
