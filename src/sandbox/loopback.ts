/**
 * Which addresses a sandbox may send to: this machine only. Pretend events that reached a real
 * server would be taken for real ones by whoever shares the secret.
 */
const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

export function isLoopbackHost(hostname: string): boolean {
  return loopbackHosts.has(hostname.toLowerCase())
}

/** True for an http or https address on this machine, by its exact host name. */
export function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return (url.protocol === 'http:' || url.protocol === 'https:') && isLoopbackHost(url.hostname)
}
