/** A page of the test: one document shown by a component. */
import { connect } from 'hookline/client'
import { LineProvider, useDocument } from 'hookline/react'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'

function Shown() {
  const user = useDocument<{ name: string }>('users/u_1')
  return createElement('p', { id: 'shown' }, user ? `name: ${user.name}` : 'nobody')
}

const token = new URLSearchParams(location.search).get('token') ?? ''
const line = connect(location.origin, { token })
const root = document.createElement('div')
document.body.append(root)
createRoot(root).render(createElement(LineProvider, { line }, createElement(Shown)))
