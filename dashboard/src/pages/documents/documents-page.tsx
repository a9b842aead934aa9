/** Documents: what handlers wrote, by path. */
import { useEffect, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useHref } from '../../mode.ts'
import { PageTitle } from '../../parts/page-title.tsx'
import { DocumentRows } from './document-rows.tsx'

const typedMs = 250

export function DocumentsPage() {
  const prefix = new URLSearchParams(useSearch()).get('prefix') ?? ''
  return (
    <>
      <PageTitle title="Documents" />
      <PrefixField key={prefix} prefix={prefix} />
      <DocumentRows prefix={prefix} />
    </>
  )
}

function PrefixField({ prefix }: { readonly prefix: string }) {
  const [text, setText] = useState(prefix)
  const [, navigate] = useLocation()
  const href = useHref()
  useEffect(() => {
    if (text === prefix) return
    const query = text === '' ? '' : `?prefix=${encodeURIComponent(text)}`
    const go = () => navigate(href(`/documents${query}`), { replace: true })
    const timer = setTimeout(go, typedMs)
    return () => clearTimeout(timer)
  }, [text, prefix, navigate, href])
  return (
    <search className="border-b border-line px-4 pb-3">
      <label>
        <span className="sr-only">Path begins with</span>
        <input
          className="input w-full max-w-96"
          placeholder="Path begins with, such as users/"
          spellCheck={false}
          value={text}
          // biome-ignore lint/a11y/noAutofocus: the field is made anew where its text took effect
          autoFocus={prefix !== ''}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
    </search>
  )
}
