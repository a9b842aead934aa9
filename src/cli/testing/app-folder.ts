/** A folder with an app in it, as a user has one: the package is linked as npm would install it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './cli-process.ts'

const packagePath = fileURLToPath(new URL('../../../', import.meta.url))

export function appFolder(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(packagePath, join(folder, 'node_modules', 'hookline'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  return folder
}

/**
 * Pages that end the process, leave a rejection behind, or say which text of the file is running.
 */
export function appText(version: string): string {
  return `import { hookline, stripe } from 'hookline'

const app = hookline({
  sources: { stripe: stripe() },
  fallback: async (request: Request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/crash') process.exit(7)
    if (pathname === '/slow' || pathname === '/hang') {
      console.error('begun', pathname)
      await new Promise((resolve) => pathname === '/slow' && setTimeout(resolve, 800))
    }
    if (pathname === '/reject') void Promise.reject(new Error('nobody handles this'))
    return Response.json({
      version: '${version}',
      pid: process.pid,
      stripeBase: process.env.STRIPE_API_BASE,
      stripeKey: process.env.STRIPE_SECRET_KEY,
    })
  },
})

app.on('stripe', 'payment_intent.succeeded', async (event, tx) => {
  tx.doc(\`users/\${event.data.object.metadata.userId}\`).update({ unlocked: true })
})

export default app
`
}
