export interface MeterPart {
  readonly name: string
  readonly value: number
  readonly tone: 'full' | 'part' | 'bad'
}

export interface MeterProps {
  readonly label: string
  readonly parts: readonly MeterPart[]
  readonly max: number
}

/** How full something is, and of what. The numbers stand beside it. */
export function Meter({ label, parts, max }: MeterProps) {
  return (
    <div class="meter">
      <div
        class="meter-bar"
        role="img"
        aria-label={`${label}: ${parts.map(({ name, value }) => `${value} ${name}`).join(', ')}, of ${max}`}
      >
        {parts.map(({ name, value, tone }) => (
          <span key={name} class={`is-${tone}`} style={{ width: `${max === 0 ? 0 : Math.min(100, (value / max) * 100)}%` }} />
        ))}
      </div>
      <p>
        {parts.map(({ name, value, tone }) => (
          <span key={name} class={tone === 'bad' && value > 0 ? 'is-bad' : undefined}>
            <strong class="num">{value}</strong> {name}
          </span>
        ))}
        <span class="faint">of {max}</span>
      </p>
    </div>
  )
}
