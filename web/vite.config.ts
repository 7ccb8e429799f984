import { defineConfig } from 'vite';

const api = process.env['FORECART_URL'] ?? 'http://127.0.0.1:8080';

// Names of files tell their content, so browsers may keep them for good; nothing is inlined, as the
// policy of the page allows neither scripts nor styles that stand in it.
export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        codeSplitting: {
          groups: [
            // the rules of the frame and of components in one sheet, which begins with what all stand on
            { name: 'style', test: /src\/(app|components)\/\w+\.css/ },
            // small parts that pages share come in one file, with the frame
            { name: 'parts', test: /node_modules\/preact|src\/(api|app|components|format)\/|src\/charts\/palette/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  // `npm run dev` beside a running `forecart serve --listen 127.0.0.1:8080`, or at FORECART_URL.
  server: { proxy: { '/api': { target: api, changeOrigin: true, headers: { origin: api } } } },
});
