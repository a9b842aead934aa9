/** One document as the app reads and writes it outside of a handler. */
import type { JsonObject } from '../base/json.ts'
import { checkDocumentPath } from './document-path.ts'
import type { Storage, WriteDocument } from './storage.ts'

export interface AppDocument {
  get(): Promise<JsonObject | undefined>
  set(data: JsonObject): Promise<void>
  update(patch: JsonObject): Promise<void>
  delete(): Promise<void>
}

/** @throws HooklineError `document_path_invalid`. */
export function appDocument(opened: () => Promise<Storage>, named: string): AppDocument {
  const path = checkDocumentPath(named)
  const write = async (document: WriteDocument) => {
    await (await opened()).writeDocument(document)
  }
  return {
    get: async () => (await (await opened()).document(path))?.data,
    set: (data) => write({ kind: 'set', path, data }),
    update: (patch) => write({ kind: 'update', path, patch }),
    delete: () => write({ kind: 'delete', path }),
  }
}
