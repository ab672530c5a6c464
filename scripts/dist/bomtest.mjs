// bomtest.mjs VERSION FOLDER PROGRAM: the bills of materials of a release name what is in
// it: every module that the program says it was built from, every package that the pages
// depend on, the models and the runtime library.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const [version, folder, program] = process.argv.slice(2)
const names = (part) => {
  const bom = JSON.parse(readFileSync(`${folder}/facialis_${version}_${part}.cdx.json`, 'utf8'))
  if (bom.bomFormat !== 'CycloneDX') throw new Error(`${part}: no bill of materials`)
  if (!bom.metadata.component.version.endsWith(version)) throw new Error(`${part}: of version ${bom.metadata.component.version}`)
  return new Set(bom.components.flatMap((c) => [c.name, `${c.name} ${c.version}`]))
}
const lacks = (part, wanted) => {
  const there = names(part)
  const missing = wanted.filter((w) => !there.has(w))
  if (missing.length || !wanted.length) throw new Error(`${part} does not name ${missing.join(', ') || 'anything'}`)
  console.log(`bill of ${part}: all ${wanted.length} are named`)
}
const built = execFileSync('go', ['version', '-m', program], { encoding: 'utf8' })
lacks('go', [...built.matchAll(/^\tdep\t(\S+)\t(\S+)/gm)].map((m) => `${m[1]} ${m[2]}`))
lacks('pages', Object.entries(JSON.parse(readFileSync('web/package.json', 'utf8')).dependencies).map(([n, v]) => `${n} ${v}`))
lacks('models', ['@mediapipe/face_mesh', 'onnxruntime-node', 'attention.onnx', 'detector.onnx', 'canonical.bin'])
