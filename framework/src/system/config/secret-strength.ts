// Words that documentation, examples and tired people put into secrets. What is left without them has to carry the strength.
const words =
  'correcthorsebatterystaple supersecret development changeit changeme password passw0rd passphrase production insecure placeholder ' +
  'qwertyuiop hunter2 letmein example default replace secret qwerty please change welcome master sample dummy super token admin ' +
  'local this your test demo root user with jwt key dev foo bar my me to in is a'
const known = new RegExp(words.replaceAll(' ', '|'), 'g')
const leastBits = 96

/** Why a secret could be guessed, without a word of it; undefined when it is strong enough. */
export function weakness(secret: string, minBytes: number): string | undefined {
  if (Buffer.byteLength(secret) < minBytes) return `it is shorter than ${minBytes} bytes`
  const bare = secret.toLowerCase().replace(/[^a-z0-9]/g, '')
  // Random text loses a few letters to the short words by chance; a phrase made of them loses most.
  if (bare.length > 0 && bare.replace(known, '').length < bare.length / 2) return 'it is made of well-known words'
  if (isSequence(secret)) return 'it is a sequence'
  if (entropy(secret) < leastBits || isRepetition(secret)) return 'it repeats itself'
  return undefined
}

/** Shannon's, over single characters, for the whole text: 32 random hex digits have about 115 bits by this measure. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits
}

function isRepetition(text: string): boolean {
  const period = (text + text).indexOf(text, 1)
  return period <= text.length / 2
}

function isSequence(text: string): boolean {
  let steps = 0
  for (let i = 1; i < text.length; i++) if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1)) === 1) steps++
  return steps > text.length / 2
}
