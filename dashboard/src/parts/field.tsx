/** A field of a form, with its name above it. */
import type { ReactNode } from 'react'

interface FieldProps {
  readonly label: string
  /** The control. */
  readonly children: ReactNode
  readonly className?: string
}

export function Field({ label, children, className = '' }: FieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={`flex flex-col gap-1 ${className}`}>
      <span className="text-xs font-medium text-muted">{label}</span>
      {children}
    </label>
  )
}
