/** Copies a text, and says that it did. */
import { useEffect, useState } from 'react'
import { Icon } from './icon.tsx'

const saidMs = 1_500

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), saidMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <button
      type="button"
      aria-label={isCopied ? 'Copied' : label}
      title={label}
      className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted
        hover:bg-line hover:text-text"
      onClick={() => void copyText(text).then(() => setCopied(true))}
    >
      <Icon name={isCopied ? 'check' : 'copy'} size={14} />
    </button>
  )
}

/** Pages without TLS have no clipboard of their own; the old way works there too. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
