import { readFileSync } from 'node:fs';

export type Values = Record<string, unknown>;
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A file of templates/, which the program has too. */
export function template(name: string): Json & object {
  const file = new URL(`../templates/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Json & object;
}

function valueOf(name: string, values: Values): unknown {
  if (name in values) return values[name];
  throw new Error(`a template asks for '${name}', which has no value`);
}

function filledText(text: string, values: Values): unknown {
  const whole = /^\$\{([^}]*)\}$/.exec(text);
  if (whole) return valueOf(whole[1]!, values);
  return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = valueOf(name, values);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function isWanted(one: Json, values: Values): boolean {
  if (one === null || typeof one !== 'object' || Array.isArray(one)) return true;
  const name = one['needs'];
  if (typeof name !== 'string') return true;
  const value = values[name];
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** The rule of src/aws/cloud_template.h: "${Name}" alone becomes the value of that name, inside a longer text it
 * becomes text, and an object that `needs` a name whose value is missing, "" or [] is
 * left out of its array. */
export function filled(given: Json, values: Values): unknown {
  if (typeof given === 'string') return filledText(given, values);
  if (given === null || typeof given !== 'object') return given;
  if (Array.isArray(given)) {
    return given.filter((one) => isWanted(one, values)).map((one) => filled(one, values));
  }
  const members = Object.entries(given).filter(([name]) => name !== 'needs');
  return Object.fromEntries(members.map(([name, value]) => [name, filled(value, values)]));
}
