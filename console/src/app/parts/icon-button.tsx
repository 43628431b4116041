import { Icon, type IconName } from './icon.tsx'

export interface IconButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly press: () => void
  /** The key that does the same. */
  readonly hint?: string
  readonly isDisabled?: boolean
}

export function IconButton({ icon, label, press, hint, isDisabled = false }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={hint === undefined ? label : `${label} (${hint})`}
      disabled={isDisabled}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  )
}
