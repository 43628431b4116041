const milliseconds: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const octets: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 }

/** `250ms`, `20s`, `1.5h` in milliseconds; a number without a unit is refused, because people mean both. */
export function toMilliseconds(text: string): number | undefined {
  return text === '0' ? 0 : scaled(text, milliseconds)
}

/** `512`, `1MiB`, `10MB` in bytes. */
export function toBytes(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : scaled(text, octets)
}

function scaled(text: string, units: Record<string, number>): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text) ?? []
  if (amount === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined
  return Math.round(Number(amount) * units[unit]!)
}
