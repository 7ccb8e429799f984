// The page of `forecart report`: one script and one style sheet, which embed.mjs puts into a page that
// asks no server. What speaks to the address bar or keeps something is replaced.
import { fileURLToPath } from 'node:url';

import { defineConfig, type Plugin } from 'vite';

const source = (name: string) => fileURLToPath(new URL(`src/${name}`, import.meta.url));
const replaced = new Map(['router', 'view', 'kept'].map((name) => [source(`app/${name}.ts`), source(`report/${name}.ts`)]));

function withoutAddressBar(): Plugin {
  return {
    name: 'without-address-bar',
    enforce: 'pre',
    async resolveId(wanted, importer, options) {
      if (importer === undefined || !wanted.startsWith('.')) return null;
      const found = await this.resolve(wanted, importer, { ...options, skipSelf: true });
      const other = found && replaced.get(found.id);
      return other && other !== importer ? other : null;
    },
  };
}

export default defineConfig({
  plugins: [withoutAddressBar()],
  build: {
    target: 'es2022',
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: source('report/main.tsx'),
      output: { codeSplitting: false, entryFileNames: 'report.js', assetFileNames: 'report[extname]' },
    },
  },
});
