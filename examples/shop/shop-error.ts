/** An outcome that the page shows to a person: a status and a sentence, no stack. */
export class ShopError extends Error {
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }

  /** Specification: RFC 9457. */
  toResponse(): Response {
    const body = { type: 'about:blank', status: this.status, detail: this.message }
    return new Response(JSON.stringify(body), {
      status: this.status,
      headers: { 'content-type': 'application/problem+json' },
    })
  }
}
