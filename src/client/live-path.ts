/** Document paths, and the URLs they have. */
import { LineError } from './line-error.ts'

/** True where the path means every document below it. */
export function isList(path: string): boolean {
  return path === '' || path.endsWith('/')
}

/** `base`, then the route, then the path with each of its parts encoded. */
export function urlOf(base: string, route: string, path: string): string {
  const parts = path.replace(/^\//, '').split('/')
  // The URL parser would resolve these, and the request would go to another route.
  if (parts.some((part) => part === '.' || part === '..')) throw dotPath(path)
  return `${base.replace(/\/+$/, '')}${route}/${parts.map(encodeURIComponent).join('/')}`
}

/**
 * The path of a call as it is.
 * @throws LineError `path_invalid` where a URL parser would make another one of it.
 */
export function withoutDots(path: string): string {
  const parts = path.replace(/[?#].*$/s, '').split(/[/\\]/)
  if (parts.some((part) => /^(\.|%2e){1,2}$/i.test(part))) throw dotPath(path)
  return path
}

function dotPath(path: string): LineError {
  return new LineError(
    'path_invalid',
    `'${path}' is not a path: it has a part that is '.' or '..'. It was likely put ` +
      `together from text that came from outside. Check that text before it goes into a path.`,
  )
}
