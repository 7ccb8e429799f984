// The page of `forecart report` as text: report.html with its built script and style in it. The policy
// lets these two run, by their hashes, and nothing be asked for. The program puts title, summary and
// answers in place of the comments.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;

function hash(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/// What would end the element, or change how browsers read on, may not stand in it.
function inlined(folder, name) {
  const text = readFileSync(join(folder, name), 'utf8').trim();
  if (/<\/(script|style)|<!--|\r/i.test(text)) throw new Error(`${name} cannot stand in a page: it has a tag, a comment of html or a carriage return`);
  return text;
}

export function reportPage(folder) {
  const script = inlined(folder, 'report.js');
  const style = inlined(folder, 'report.css');
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  const icon = `data:image/svg+xml,${encodeURIComponent(readFileSync(join(here, 'src/icon.svg'), 'utf8').trim())}`;
  const parts = { policy, icon, script, style };
  return readFileSync(join(here, 'report.html'), 'utf8').replace(/\[(policy|icon|script|style)\]/g, (_, name) => parts[name]);
}
