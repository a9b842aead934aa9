/** Lines to be pasted, with where they go. */
import { CopyButton } from '../../parts/copy.tsx'

export function Lines({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure aria-label={title} className="min-w-0">
      <figcaption className="mb-1 text-xs font-medium text-muted">{title}</figcaption>
      <div
        className="flex items-start gap-1 rounded-lg border border-line bg-sunken py-1 pr-1
          pl-3"
      >
        <pre className="min-w-0 flex-1 py-1 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
          {text}
        </pre>
        <CopyButton text={text} label={`Copy: ${title}`} />
      </div>
    </figure>
  )
}
