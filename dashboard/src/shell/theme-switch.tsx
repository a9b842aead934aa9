/** Switches between the themes, one after the other. */
import { useState } from 'react'
import { IconButton } from '../parts/button.tsx'
import { storedTheme, storeTheme, type Theme, themes } from './theme.ts'

const shown = {
  system: { icon: 'screen', label: 'Theme: as the system' },
  light: { icon: 'sun', label: 'Theme: light' },
  dark: { icon: 'moon', label: 'Theme: dark' },
} as const

export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(storedTheme)
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
  return (
    <IconButton
      {...shown[theme]}
      onClick={() => {
        storeTheme(next)
        setTheme(next)
      }}
    />
  )
}
