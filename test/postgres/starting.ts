/** One process that opens the database as the app does at its start, and ends: it migrates. */
import { openStorage } from '../../src/storage/open.ts'

const [database = ''] = process.argv.slice(2)
const storage = await openStorage({ database, clock: { now: () => Date.now() } })
console.log(`ready ${JSON.stringify(await storage.check())}`)
await storage.close()
