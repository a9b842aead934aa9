import { expect, test } from 'vitest'
import { verifyCandidates } from './verify-candidates.ts'

test.each(verifyCandidates())('$provider accepts: $title', async ({ run }) => {
  const accepted = await run()
  expect(accepted).toBeTruthy()
})
