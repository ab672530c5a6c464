#!/bin/sh
# Analyze every recording of films.yaml that has no trace yet.
#   traces.sh RECORDINGS TRACES
set -eu
recordings=$1
traces=$2
mkdir -p "$traces"
sed -n 's/^- {film: \([^,]*\),.*/\1/p' "$(dirname "$0")/films.yaml" | while read -r film; do
	[ -f "$traces/$film/trace.parquet" ] && continue
	case $film in
	d_*)
		mkdir -p "$traces/$film"
		bin/facialis phantom --preset="${film#d_}" --size=640x480 --out "$traces/$film" >"$traces/$film.log" 2>&1
		video=$traces/$film/phantom.mp4
		;;
	*)
		video=$(find "$recordings" -name "$film.mp4" -o -name "$film.webm" -o -name "$film.mov" | head -n 1)
		;;
	esac
	[ -n "$video" ] || { echo "no recording of $film" >&2; continue; }
	bin/facialis analyze "$video" --out "$traces/$film.part" --force >"$traces/$film.log" 2>&1 || true
	[ -f "$traces/$film.part/trace.parquet" ] || { echo "no trace of $film: see $traces/$film.log" >&2; continue; }
	mkdir -p "$traces/$film"
	mv "$traces/$film.part/trace.parquet" "$traces/$film/"
	rm -r "$traces/$film.part"
done
