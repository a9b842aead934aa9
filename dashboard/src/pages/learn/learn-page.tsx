/** Learn: three exercises that are done by doing, and checked against the server's own records. */
import type { LearnView } from 'hookline/client'
import { useMode } from '../../mode.ts'
import { ButtonLink } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { CallExercise } from './call-exercise.tsx'
import { KeyExercise } from './key-exercise.tsx'
import { ReceiveExercise } from './receive-exercise.tsx'
import { type Exercise, useLearn } from './use-learn.ts'

export function LearnPage() {
  const { data, error, refetch } = useLearn()
  return (
    <>
      <PageTitle
        title="Learn"
        about="Three exercises, about five minutes. Each turns green when this server saw the deed."
      >
        {data?.isOpen && <Progress exercises={data.exercises} />}
      </PageTitle>
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Content learn={data} />
      ) : (
        <Loading />
      )}
    </>
  )
}

function Content({ learn }: { readonly learn: LearnView }) {
  const mode = useMode()
  if (!learn.isOpen) {
    return (
      <Empty icon="learn" title="The exercises are not on this server">
        They are a part of <code className="font-mono text-xs">hookline dev</code> on your own
        machine, where nothing real can be touched.
      </Empty>
    )
  }
  if (mode === 'live') {
    return (
      <Empty icon="learn" title="The exercises are in test mode">
        <ButtonLink href="/test/learn">Go there</ButtonLink>
      </Empty>
    )
  }
  const [call, receive, key] = learn.exercises
  if (!call || !receive || !key) return null
  return (
    <ol className="flex w-full max-w-4xl flex-col gap-4 px-4 pt-2 pb-10">
      <CallExercise exercise={call} hasSandbox={learn.hasSandbox} />
      <ReceiveExercise exercise={receive} unsignedCurl={learn.unsignedCurl} />
      <KeyExercise exercise={key} hasSandbox={learn.hasSandbox} />
    </ol>
  )
}

function Progress({ exercises }: { readonly exercises: readonly Exercise[] }) {
  const done = exercises.filter(({ isDone }) => isDone).length
  const isAll = done === exercises.length
  return (
    <p
      role="status"
      className={`flex items-center gap-2 font-medium ${isAll ? 'text-ok' : 'text-muted'}`}
    >
      {isAll && <Icon name="check" />}
      {isAll ? 'All three done' : `${done} of ${exercises.length} done`}
    </p>
  )
}
