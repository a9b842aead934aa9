/** The buttons and links of the dashboard. A button says what it does in a verb. */
import type { ComponentProps, ReactNode } from 'react'
import { Link } from 'wouter'
import { Icon, type IconName } from './icon.tsx'

const looks = {
  primary: 'bg-accent text-on-accent border-transparent hover:opacity-90',
  plain: 'bg-surface text-text border-edge hover:bg-sunken',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-sunken hover:text-text',
  danger: 'bg-surface text-bad border-edge hover:bg-bad-soft',
} as const

const shape =
  'inline-flex h-8 items-center justify-center gap-1.5 rounded-md border px-3 text-sm ' +
  'font-medium whitespace-nowrap transition-colors disabled:opacity-50'

export type Look = keyof typeof looks

interface Dressed {
  readonly look?: Look
  readonly icon?: IconName
  readonly children?: ReactNode
}

export function Button({
  look = 'plain',
  icon,
  children,
  className = '',
  ...rest
}: Dressed & ComponentProps<'button'>) {
  return (
    <button type="button" className={`${shape} ${looks[look]} ${className}`} {...rest}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  )
}

/** A button that is only an icon; `label` is its name for those who do not see it. */
export function IconButton({
  icon,
  label,
  className = '',
  ...rest
}: { readonly icon: IconName; readonly label: string } & ComponentProps<'button'>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted
        transition-colors hover:bg-sunken hover:text-text ${className}`}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  )
}

export function ButtonLink({
  look = 'plain',
  icon,
  children,
  href,
}: Dressed & { readonly href: string }) {
  return (
    <Link href={href} className={`${shape} ${looks[look]}`}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </Link>
  )
}
