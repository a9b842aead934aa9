/** Clerk's Backend API, which knows the app's users. */
import type { ApiDeclaration } from './declaration.ts'

export const clerkApi: ApiDeclaration = {
  name: 'clerk',
  title: 'Clerk',
  docsUrl: 'https://clerk.com/docs/reference/backend-api',
  baseUrl: 'https://api.clerk.com',
  keyNames: ['CLERK_SECRET_KEY'],
  auth: { kind: 'bearer' },
  requestHeaders: ['clerk-api-version'],
  responseHeaders: ['clerk-api-version', 'x-clerk-trace-id'],
  probe: { path: '/v1/users/count', good: [200] },
}
