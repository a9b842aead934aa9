/** The icons: strokes on a grid of 16, in the colour of the text around them. */
const paths = {
  line: 'M1.5 8h4M10.5 8h4M8 5.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5',
  events: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  failed: 'M8 2l6.5 11.5h-13zM8 6.5v3M8 11.5v.1',
  replay: 'M2.5 8a5.5 5.5 0 1 0 1.700-4M4 1.5V4.200h2.800',
  shield: 'M8 1.5l5.5 2v4c0 3.5-2.300 5.800-5.5 7-3.200-1.200-5.5-3.5-5.5-7v-4z',
  source: 'M8 2v7M5 6l3 3 3-3M2.5 10.5v3h11v-3',
  document: 'M4 1.5h5l3.5 3.5v9.5h-8.5zM9 1.5v3.5h3.5',
  key: 'M10.5 2a3.5 3.5 0 1 1-2.800 5.600L3 12.300V14H1.5v-2.200l5.700-5.700A3.5 3.5 0 0 1 10.5 2',
  call: 'M3 13L13 3M6 3h7v7',
  health: 'M1.5 8h3l2-5 3 10 2-5h3',
  sandbox: 'M2 5l6-3 6 3v6l-6 3-6-3zM2 5l6 3 6-3M8 8v6',
  logs: 'M2.5 3h11v10h-11zM5 6.5l1.5 1.5L5 9.5M8.5 10h2.5',
  learn: 'M1.5 6L8 3l6.5 3L8 9zM4 7.5v3.5c2 1.800 6 1.800 8 0V7.5',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9M10.5 10.5l3.5 3.5',
  sun:
    'M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15' +
    'M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7',
  screen: 'M1.5 2.5h13v9h-13zM5.5 14h5',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  check: 'M2.5 8.5l3.5 3.5 7.5-8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  right: 'M6 3.5L10.5 8 6 12.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  up: 'M8 13V3M4 7l4-4 4 4',
  out: 'M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6',
  user: 'M8 2a3 3 0 1 1 0 6a3 3 0 0 1 0-6M2.5 14c.5-3 2.5-4.5 5.5-4.5s5 1.5 5.5 4.5',
  handler: 'M5 3.5L1.5 8 5 12.5M11 3.5L14.5 8 11 12.5M9 2.5L7 13.5',
  pause: 'M5 3v10M11 3v10',
  play: 'M4 2.5l9 5.5-9 5.5z',
  info: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M8 7.5v3.5M8 5v.1',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0"
    >
      <path d={paths[name]} />
    </svg>
  )
}
