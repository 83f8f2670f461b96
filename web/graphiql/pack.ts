// Packs what Vite built: each file compressed with brotli, as the server embeds and sends it, and a list of what is in
// them. The list is of the contents before compression, which another Node may do a little differently.
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

export function pack(notices: { name: string; file: string }[]): Plugin {
  let out = '';
  return {
    name: 'pack',
    apply: 'build',
    configResolved(config) {
      out = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      // Licences that packages keep in files of their own, which Vite does not look for.
      for (const { name, file } of notices) {
        appendFileSync(join(out, 'third-party-notices.md'), `\n## ${name}\n\n${readFileSync(file, 'utf8')}`);
      }
      const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const paths = files.map((entry) => relative(out, join(entry.parentPath, entry.name))).sort();
      const sums = paths.map((path) => {
        const bytes = readFileSync(join(out, path));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(join(out, `${path}.br`), brotliCompressSync(bytes, { params }));
        rmSync(join(out, path));
        return `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`;
      });
      writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
    },
  };
}
