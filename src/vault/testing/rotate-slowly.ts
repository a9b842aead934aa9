/** A process that puts the vault under another master key, one data key at a time, to be killed. */
import { systemClock } from '../../base/clock.ts'
import { openStorage } from '../../storage/open.ts'
import { rotateMaster } from '../rotate-master.ts'

const [database = '', from = '', to = ''] = process.argv.slice(2)
const storage = await openStorage({ database, clock: systemClock })
const slow: typeof storage = {
  ...storage,
  advanceRewrap: async (limit, rewrap) => {
    const step = await storage.advanceRewrap(limit, rewrap)
    process.stdout.write('step\n')
    return step
  },
}
await rotateMaster({
  storage: slow,
  from: Buffer.from(from, 'base64'),
  to: Buffer.from(to, 'base64'),
  actor: { kind: 'cli', id: 'test' },
  keysPerStep: 1,
})
process.stdout.write('done\n')
