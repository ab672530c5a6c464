#!/bin/sh
# licenses.sh FOLDER: the license texts of all parts of a release: of every Go module
# compiled into the program and of Go itself, of every npm package that its pages are built
# from, and of the runtime library. The models are under the program's own license.
set -eu
out=$1
texts() { find "$1" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \); }
mkdir -p "$out/go/go"
cp "$(go env GOROOT)/LICENSE" "$out/go/go/"
go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./cmd/facialis ./cmd/facialis-jail | sort -u |
	while read -r path dir; do
		[ -n "$path" ] || continue
		to=$out/go/$(echo "$path" | tr / _)
		mkdir -p "$to"
		found=$(texts "$dir")
		[ -n "$found" ] || { echo "$path has no license file" >&2; exit 1; }
		echo "$found" | while read -r file; do cp "$file" "$to/"; done
		chmod -R u+w "$to"
	done
npm --prefix web ls --omit dev --all --parseable | tail -n +2 | while read -r dir; do
	package=${dir##*node_modules/}
	to=$out/npm/$(echo "$package" | tr / _)
	mkdir -p "$to"
	texts "$dir" | while read -r file; do cp "$file" "$to/"; done
	# Some packages name their license in package.json alone.
	[ -n "$(ls "$to")" ] || node -p 'const p = JSON.parse(fs.readFileSync(process.argv[1])); `${p.name} ${p.version}: ${p.license}`' "$dir/package.json" >"$to/LICENSE.txt"
done
cp scripts/dist/texts/* "$out/"
