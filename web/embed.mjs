// Writes the built dashboard, and the page of reports, as a C++ source:
// node embed.mjs DIST REPORT_DIST OUT.cpp
//
// Each file stands there compressed; the same input gives the same bytes.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

import { reportPage } from './report_page.mjs';
import { pages } from './src/pages/pages.ts';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

function filesBelow(folder) {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/// A string literal, in lines; three octal digits so that no digit behind is taken in.
function literal(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 64) {
    let line = '';
    for (const byte of bytes.subarray(at, at + 64)) {
      const plain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 && byte !== 63;
      line += plain ? String.fromCharCode(byte) : '\\' + byte.toString(8).padStart(3, '0');
    }
    lines.push(`"${line}"`);
  }
  return lines.join('\n');
}

function entry(folder, path) {
  const type = types[extname(path)];
  if (!type) throw new Error(`${path}: no type is known for files of this kind; add it to embed.mjs`);
  return asset(relative(folder, path).replace(/^assets\//, ''), type, readFileSync(path));
}

/// The initialiser of a WebAsset.
function asset(name, type, bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `{"${name}", "${type}", "${etag}", ${bytes.length},\n     {${literal(packed)}, ${packed.length}}}`;
}

const [folder, reportFolder, out] = process.argv.slice(2);
const source = `// Made by web/embed.mjs.
#include "server/web_assets.h"

#include <array>

#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace forecart {

namespace {

constexpr WebAsset kAssets[] = {
${filesBelow(folder).map((path) => `    ${entry(folder, path)},`).join('\n')}
};

constexpr WebAsset kReport = ${asset('report.html', types['.html'], Buffer.from(reportPage(reportFolder)))};

constexpr std::string_view kPages[] = {${pages.map((page) => `"${page.path}"`).join(', ')}};

}  // namespace

std::span<const WebAsset> web_assets() {
  return kAssets;
}

const WebAsset& report_page() {
  return kReport;
}

std::span<const std::string_view> web_pages() {
  return kPages;
}

}  // namespace forecart
`;
writeFileSync(out, source);
