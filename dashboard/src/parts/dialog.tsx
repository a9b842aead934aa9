/**
 * A dialog over the page. The browser's own element keeps the focus inside, takes Escape, and
 * gives the focus back when it closes.
 */
import { type ReactNode, useEffect, useRef } from 'react'
import { IconButton } from './button.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly className?: string
  /** Shows the title to those alone who do not see the page. */
  readonly isTitleHidden?: boolean
}

const placed = 'm-auto w-full max-w-lg rounded-xl max-h-[85dvh]'

export function Dialog({ title, onClose, children, className, isTitleHidden }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    element.current?.showModal()
  }, [])
  return (
    <dialog
      ref={element}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        // A click on the backdrop has the dialog itself as its target.
        if (event.target === element.current) element.current?.close()
      }}
      onKeyDown={(event) => event.stopPropagation()}
      className={`overflow-hidden border border-line bg-raised p-0 shadow-2xl ${
        className ?? placed
      }`}
    >
      {!isTitleHidden && (
        <header
          className="flex items-center justify-between gap-2 border-b border-line py-2
          pr-2 pl-4"
        >
          <h2 className="text-sm font-semibold">{title}</h2>
          <IconButton icon="close" label="Close" onClick={() => element.current?.close()} />
        </header>
      )}
      {children}
    </dialog>
  )
}
