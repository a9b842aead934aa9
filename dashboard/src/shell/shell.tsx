/** What is around every page: the navigation, the search, the mode and the state of the stream. */
import { type ReactNode, useEffect, useState } from 'react'
import { useIsSessionOver } from '../api/session.ts'
import { Button, IconButton } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { CommandMenu } from './command-menu.tsx'
import { ConnectionState } from './connection.tsx'
import { ModeLine, ModeSwitch } from './mode-switch.tsx'
import { Navigation } from './navigation.tsx'

type Open = 'nothing' | 'commands' | 'navigation'

export function Shell({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<Open>('nothing')
  useCommandKey(() => setOpen('commands'))
  const close = () => setOpen('nothing')
  return (
    <div className="flex h-dvh flex-col bg-page">
      <a
        href="#content"
        className="absolute top-2 left-2 z-20 -translate-y-16 rounded-md bg-accent px-3 py-2
          text-on-accent focus:translate-y-0"
      >
        Skip to the content
      </a>
      <ModeLine />
      <div className="flex min-h-0 flex-1">
        <aside className="w-54 shrink-0 border-r border-line bg-surface max-lg:hidden">
          <Navigation />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar onOpen={setOpen} />
          {/* Relative: what the eye does not see stands in here, never below the window. */}
          <main
            id="content"
            tabIndex={-1}
            className="relative min-h-0 flex-1 overflow-y-auto outline-none"
          >
            {children}
          </main>
        </div>
      </div>
      {open === 'commands' && <CommandMenu onClose={close} />}
      {open === 'navigation' && <Drawer onClose={close} />}
      <SessionOver />
    </div>
  )
}

function useCommandKey(onPress: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      onPress()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  })
}

function TopBar({ onOpen }: { readonly onOpen: (open: Open) => void }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-3">
      <span className="lg:hidden">
        <IconButton icon="menu" label="Pages" onClick={() => onOpen('navigation')} />
      </span>
      <button
        type="button"
        onClick={() => onOpen('commands')}
        className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border border-line
          bg-page px-2.5 text-sm text-muted hover:border-edge sm:max-w-96"
      >
        <Icon name="search" size={14} />
        <span className="truncate max-sm:sr-only">Find an event or a page</span>
        <kbd className="ml-auto rounded border border-line px-1.5 font-sans text-2xs max-sm:hidden">
          Ctrl K
        </kbd>
      </button>
      <div className="ml-auto flex items-center gap-3">
        <ConnectionState />
        <ModeSwitch />
      </div>
    </header>
  )
}

function Drawer({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog
      title="Pages"
      isTitleHidden
      onClose={onClose}
      className="m-0 h-dvh max-h-dvh w-64 border-y-0 border-l-0"
    >
      <Navigation onGone={onClose} />
    </Dialog>
  )
}

function SessionOver() {
  if (!useIsSessionOver()) return null
  return (
    <Dialog title="Your session is over" onClose={signIn}>
      <div className="flex flex-col gap-4 p-4">
        <p>Sign in again and you come back to this page. Nothing is lost.</p>
        <div>
          <Button look="primary" onClick={signIn}>
            Sign in
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

function signIn(): void {
  location.assign('/sign-in')
}
