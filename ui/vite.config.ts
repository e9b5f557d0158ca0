import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `npx vite ui` serves the page with hot reload, in front of a gateway at port 8000. */
export default defineConfig({
  root: here('.'),
  base: './', // the gateway may stand below a path of a proxy
  plugins: [react(), tailwind()],
  build: {
    outDir: here('../dist/ui'),
    emptyOutDir: true,
    target: ['chrome125', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0, // nothing inline: the page's policy allows files of its own alone
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000', '/login': 'http://127.0.0.1:8000' } },
});
