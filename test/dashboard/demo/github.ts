/** An app without Stripe, whose events are the only ones that the sandbox can send. */
import { github, hookline } from 'hookline'

const app = hookline({ sources: { github: github() } })

app.on('github', 'issues', (event, tx) => tx.doc(`issues/${event.issue.id}`).set({ open: true }))

export default app
