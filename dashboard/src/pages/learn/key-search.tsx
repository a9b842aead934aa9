/** Looks for the key in the page, then has the server confirm that it was the key. */
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Failure } from '../../parts/notice.tsx'
import { bytesText, countText } from '../../parts/time.tsx'
import { type Searched, searchPage } from './search-page.ts'
import { rereadLearn } from './use-learn.ts'

export function KeySearch({ keyName }: { readonly keyName: string }) {
  const [value, setValue] = useState('')
  const run = useMutation({
    mutationFn: () => search(keyName, value.trim()),
    onSuccess: () => setValue(''),
    onSettled: rereadLearn,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  return (
    <form aria-label="Look for the key" className="flex flex-col gap-2.5" onSubmit={submit}>
      <p className="text-muted">
        Paste the key. The page looks for it in its own source: the page, its scripts and styles,
        and every answer that the server gave to it.
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <input
          aria-label="The key to look for"
          className="input min-w-0 flex-1 basis-56 font-mono text-xs"
          required
          spellCheck={false}
          autoComplete="off"
          placeholder="sk_test_…"
          maxLength={200}
          value={value}
          onChange={({ target }) => setValue(target.value)}
        />
        <Button type="submit" look="primary" icon="search" disabled={run.isPending}>
          Look for it
        </Button>
      </div>
      {run.error && <Failure error={run.error} />}
      {run.data && <Result searched={run.data} keyName={keyName} />}
    </form>
  )
}

async function search(keyName: string, value: string): Promise<Searched> {
  const searched = await searchPage(value, keyName)
  if (searched.withText === 0) await api.learn.search(keyName, value)
  return searched
}

function Result({ searched, keyName }: { readonly searched: Searched; readonly keyName: string }) {
  const { files, characters, withText, withKnown } = searched
  const isFound = withText > 0
  return (
    <div
      role="status"
      className={`flex gap-2 rounded-md px-3 py-2 ${
        isFound ? 'bg-bad-soft text-bad' : 'bg-ok-soft text-ok'
      }`}
    >
      <span className="pt-0.5">
        <Icon name={isFound ? 'failed' : 'check'} size={14} />
      </span>
      <p>
        {countText(files)} files and answers, {bytesText(characters)}: the key is in{' '}
        {isFound ? countText(withText) : 'none'} of them. Its name, {keyName}, is in{' '}
        {countText(withKnown)}, so the search does find what is there.
      </p>
    </div>
  )
}
