import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { pack } from './pack.ts';

// What is built here is committed (see ../README.md).
export default defineConfig({
  base: '/_static/graphiql/',
  plugins: [
    react(),
    pack([{ name: 'What monaco-editor holds', file: 'node_modules/monaco-editor/ThirdPartyNotices.txt' }]),
  ],
  worker: { format: 'es' },
  build: {
    outDir: 'built',
    emptyOutDir: true,
    // The content security policy lets nothing in that is no file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    chunkSizeWarningLimit: 4096,
    license: { fileName: 'third-party-notices.md' },
    rolldownOptions: {
      // "use no memo" is for a compiler that has run before us.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
