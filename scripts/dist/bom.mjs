// bom.mjs PART VERSION FILE...: a bill of materials (CycloneDX, from npm sbom on standard
// input) for one part of a release, under the release's version. PART "pages" is what the
// app's pages are built from; "models" keeps only the packages whose files a release
// carries, and names those files with their SHA-256.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

const [part, version, ...files] = process.argv.slice(2)
const carried = ['@mediapipe/face_mesh', 'onnxruntime-node']
const bom = JSON.parse(readFileSync(0, 'utf8'))
const self = bom.metadata.component
const was = self['bom-ref']
Object.assign(self, { name: `facialis-${part}`, version, 'bom-ref': `facialis-${part}@${version}`, purl: `pkg:generic/facialis-${part}@${version}` })
// npm's own --omit dev leaves out what a tool of development shares, such as Svelte.
const developed = (c) => c.properties?.some((p) => p.name === 'cdx:npm:package:development')
bom.components = bom.components.filter((c) => !developed(c) && c.scope !== 'optional')
if (part === 'models') bom.components = bom.components.filter((c) => carried.includes(c.name))
for (const file of files)
  bom.components.push({
    type: 'file',
    'bom-ref': basename(file),
    name: basename(file),
    version,
    hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(readFileSync(file)).digest('hex') }],
  })
const kept = new Set([self['bom-ref'], ...bom.components.map((c) => c['bom-ref'])])
bom.dependencies = bom.dependencies
  .map((d) => ({ ...d, ref: d.ref === was ? self['bom-ref'] : d.ref, dependsOn: (d.dependsOn ?? []).filter((r) => kept.has(r)) }))
  .filter((d) => kept.has(d.ref))
console.log(JSON.stringify(bom, null, 2))
