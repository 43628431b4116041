export interface SparklineProps {
  readonly label: string
  readonly values: readonly number[]
}

const height = 24

/** A column for each value: when something happened, and how often. */
export function Sparkline({ label, values }: SparklineProps) {
  const most = Math.max(1, ...values)
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${Math.max(1, values.length) * 3} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.map((value, index) => {
        const size = value === 0 ? 0.75 : Math.max(2, (value / most) * height)
        return <rect key={index} class={value === 0 ? 'is-none' : undefined} x={index * 3} y={height - size} width="2" height={size} />
      })}
    </svg>
  )
}
