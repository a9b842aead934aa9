/** Builds the dashboard into `dist/dashboard`, where the server finds it. */
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const source = (path: string) => fileURLToPath(new URL(`../src/client/${path}`, import.meta.url))
/** Where `hookline dev` listens, for `npm run dashboard`. */
const server = 'http://127.0.0.1:4600'

export default defineConfig({
  root: import.meta.dirname,
  base: '/hookline/',
  plugins: [react(), tailwindcss()],
  resolve: {
    // The longer name first: an alias also stands for what begins with it.
    alias: [
      { find: 'hookline/client/admin', replacement: source('admin.ts') },
      { find: 'hookline/client', replacement: source('index.ts') },
    ],
  },
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The policy of the page takes neither scripts in the page nor data URLs.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': server, '/live': server, '/sign-in': server, '/sign-out': server } },
})
