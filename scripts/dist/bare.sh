#!/bin/sh
# bare.sh FOLDER: makes FOLDER a bare Debian 12: its essential packages and apt, and nothing
# else, as on a machine on which nobody has installed anything. Needs root. The system is
# kept in build/bare.tar for the next time.
set -eu
to=$1 kept=build/bare.tar
mkdir -p "$to"
if [ ! -f "$kept" ]; then
	scripts/need debootstrap debootstrap
	debootstrap --variant=minbase bookworm "$to" >build/bare.log 2>&1 || { tail -n 5 build/bare.log >&2; exit 1; }
	tar -cf "$kept.part" -C "$to" . && mv "$kept.part" "$kept"
else
	tar -xf "$kept" -C "$to"
fi
