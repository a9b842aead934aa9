/** Documents of a line in React components: `hookline/react`. */
import {
  createContext,
  createElement,
  type FunctionComponent,
  type ReactNode,
  useContext,
  useEffect,
  useState,
} from 'react'
import type { Line } from './connect.ts'
import type { JsonObject } from './wire.ts'

export interface LineProviderProps {
  /** From `connect`; made once, outside of the component. */
  readonly line: Line
  readonly children?: ReactNode
}

const LineContext = createContext<Line | undefined>(undefined)

/**
 * The connection that components below it read from.
 * @example createElement(LineProvider, { line: connect(location.origin, { token }) }, page)
 */
export const LineProvider: FunctionComponent<LineProviderProps> = ({ line, children }) =>
  createElement(LineContext.Provider, { value: line }, children)

/**
 * The document at the path, and again each time that it changes. Undefined until it is known, and
 * where there is none. An error that ends the watch is thrown, for the nearest error boundary.
 * @throws Error where no LineProvider is above the component.
 */
export function useDocument<Data extends JsonObject = JsonObject>(path: string): Data | undefined {
  const line = useLine()
  const [seen, setSeen] = useState<{ path: string; data?: Data | undefined }>({ path })
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    setError(undefined)
    return line.watch<Data>(path, (data) => setSeen({ path, data }), {
      onError: (thrown: unknown) => setError(thrown ?? new Error('The watch ended.')),
    })
  }, [line, path])
  if (error !== undefined) throw error
  return seen.path === path ? seen.data : undefined
}

function useLine(): Line {
  const line = useContext(LineContext)
  if (line) return line
  throw new Error(
    'useDocument has no line to read from. There is likely no LineProvider above the component. ' +
      'Put <LineProvider line={connect(…)}> around the page.',
  )
}
