#!/bin/sh
# Runs the TypeScript client that is typed by openapi.json, and a Python one that is
# generated out of it, pinned, against the built program, each with a data folder of
# its own. It needs what the build needs, python3 with venv and, the first time, PyPI.
set -eu
out=build/clients
mkdir -p "$out"
(cd web && node scripts/test.mjs tests client)
[ -x "$out/venv/bin/openapi-python-client" ] || {
	python3 -m venv "$out/venv"
	"$out/venv/bin/pip" install -q openapi-python-client==0.26.2
}
"$out/venv/bin/openapi-python-client" generate --path internal/service/server/openapi.json --config scripts/clients/python.yaml --output-path "$out/facialis_client" --overwrite --meta none >"$out/generate.log" 2>&1 || { cat "$out/generate.log" >&2; exit 1; }
data=$(mktemp -d)
FACIALIS_TOKEN=clients
export FACIALIS_TOKEN
bin/facialis serve --data "$data" --listen 127.0.0.1:0 --no-open >"$data.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$data" "$data.log"' EXIT
for _ in $(seq 600); do
	FACIALIS_URL=$(sed -n 's|^facialis runs at \(http://[^/]*\)/.*|\1|p' "$data.log")
	[ -n "$FACIALIS_URL" ] && break
	sleep 0.2
done
[ -n "$FACIALIS_URL" ] || { cat "$data.log" >&2; exit 1; }
export FACIALIS_URL
"$out/venv/bin/python" scripts/clients/try.py "$out"
