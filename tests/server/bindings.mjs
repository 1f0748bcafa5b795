// What Medplum's own validation leaves open: required bindings, and more than one form of a choice element.
import { tryGetDataType } from '@medplum/core';

/** The problems of a resource, as texts; empty when there are none. codes: from `valueSets`. */
export function problems(resource, codes) {
  return [...elements(resource.resourceType, resource, resource.resourceType, codes)];
}

function* elements(type, value, path, codes) {
  const schema = tryGetDataType(value.resourceType ?? type);
  if (!schema) return;
  const choices = new Set();
  for (const [name, content] of Object.entries(value)) {
    const found = element(schema, name);
    if (!found) continue;
    if (found.choice && choices.has(found.choice)) yield `${path}.${found.choice}: more than one`;
    choices.add(found.choice);
    for (const part of [content].flat()) {
      yield* unbound(found, part, `${path}.${name}`, codes);
      if (part !== null && typeof part === 'object') yield* elements(found.type, part, `${path}.${name}`, codes);
    }
  }
}

/** The element of a schema that a property is, also one of a choice: medicationReference is medication[x]. */
function element(schema, name) {
  const plain = schema.elements[name];
  if (plain) return { type: plain.type[0]?.code, binding: plain.binding };
  for (const [path, { type, binding }] of Object.entries(schema.elements)) {
    const stem = path.replace('[x]', '');
    const one = path.endsWith('[x]') && type.find(({ code }) => name === stem + code[0].toUpperCase() + code.slice(1));
    if (one) return { type: one.code, binding, choice: path };
  }
  return undefined;
}

function* unbound({ binding }, value, path, codes) {
  if (binding?.strength !== 'required') return;
  const allowed = codes(binding.valueSet);
  const given = typeof value === 'string' ? [value] : (value.coding ?? [value]).map(({ code }) => code);
  for (const code of given) {
    if (allowed && code !== undefined && !allowed.has(code)) yield `${path}: ${code} is not in ${binding.valueSet}`;
  }
}

/** A function from the URL of a value set to the set of its codes; undefined where it is not a plain list. */
export function valueSets(bundles) {
  const byUrl = new Map(bundles.flatMap(({ entry }) => entry).map(({ resource }) => [resource.url, resource]));
  const known = new Map();
  return (url) => {
    const bare = url.split('|')[0];
    if (!known.has(bare)) known.set(bare, expansion(byUrl.get(bare), byUrl));
    return known.get(bare);
  };
}

function expansion(valueSet, byUrl) {
  const parts = valueSet?.compose?.include.map((include) => included(include, byUrl));
  return parts?.every(Boolean) ? new Set(parts.flat()) : undefined;
}

function included(include, byUrl) {
  if (include.filter || include.valueSet) return undefined;
  const concepts = include.concept ?? byUrl.get(include.system)?.concept;
  return concepts && codesOf(concepts);
}

function codesOf(concepts) {
  return concepts.flatMap(({ code, concept }) => [code, ...codesOf(concept ?? [])]);
}
