const paths = {
  requests: 'M2 4h12M2 8h8M2 12h10',
  routes: 'M3 3v4a2 2 0 0 0 2 2h6a2 2 0 0 1 2 2v2M3 3h0M10 5l3-2-3-2',
  api: 'M6 3 2 8l4 5M10 3l4 5-4 5',
  database: 'M3 4c0-1.1 2.2-2 5-2s5 .9 5 2-2.2 2-5 2-5-.9-5-2zM3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2',
  errors: 'M8 2 1.5 13.5h13zM8 6.5v3M8 11.6v.1',
  metrics: 'M2 14V2M2 14h12M5 10l3-4 2.5 2.5L14 4',
  profile: 'M2 2.5h12v3H2zM2 6.5h7v3H2zM4 10.5h3v3H4zM11 6.5h3v3h-3z',
  health: 'M1.5 8H5l2-4.5 2.5 9L11.5 8h3',
  config: 'M2 4h6M12 4h2M2 12h2M8 12h6M8 2.5v3M8 10.5v3M4 12h0M10 2.5',
  learn: 'M8 4C6.5 3 4.5 2.5 2 2.5v10c2.5 0 4.5.5 6 1.5 1.5-1 3.5-1.5 6-1.5v-10C11.5 2.5 9.5 3 8 4zM8 4v10',
  theme: 'M8 1.5v13M8 1.5a6.5 6.5 0 0 1 0 13 6.5 6.5 0 0 1 0-13zM11 3.5v9',
  keys: 'M1.5 4.5h13v7h-13zM4 7h.1M7 7h.1M10 7h.1M12 7h.1M5 9.5h6',
  menu: 'M2 4h12M2 8h12M2 12h12',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.8v10.4L13 8z',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  out: 'M6 2.5H2.5v11H6M9.5 4.5 13 8l-3.5 3.5M13 8H6',
  external: 'M6 3H3v10h10v-3M9 2.5h4.5V7M13.2 2.8 7.5 8.5',
  left: 'M10 3 5 8l5 5',
  right: 'M6 3l5 5-5 5',
  up: 'M3 10l5-5 5 5',
  down: 'M3 6l5 5 5-5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
} as const

export type IconName = keyof typeof paths

/** Decoration: whatever it stands for is also said in words. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
