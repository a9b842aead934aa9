/** What the server recorded of the exercises, read again when it records something more. */
import { useQuery } from '@tanstack/react-query'
import type { LearnStepName, LearnStepView, LearnView } from 'hookline/client'
import { useFeed } from '../../api/feed.ts'
import { queries } from '../../api/queries.ts'
import { api } from '../../api/server.ts'

const kinds: ReadonlySet<string> = new Set(['events', 'rejections', 'calls', 'keys', 'audit'])

export function useLearn() {
  useFeed((changes) => {
    if (changes.some(({ path }) => kinds.has(path.split('/')[1] ?? ''))) rereadLearn()
  })
  return useQuery({ queryKey: ['learn'], queryFn: () => api.learn.get() })
}

export function rereadLearn(): void {
  void queries.invalidateQueries({ queryKey: ['learn'] })
}

export type Exercise = LearnView['exercises'][number]

export function stepOf({ steps }: Exercise, name: LearnStepName): LearnStepView {
  return steps.find((step) => step.name === name) ?? { name, doneAt: null, proof: null }
}
