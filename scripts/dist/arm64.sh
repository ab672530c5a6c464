#!/bin/sh
# arm64.sh COMMAND...: runs a program for arm64 on another machine, in qemu. The runtime
# library reads /proc/cpuinfo as it is loaded and crashes where that describes no arm64
# processor, as qemu before 8.1 has it; so, as root, it is given one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec unshare --mount --fork --kill-child sh -euc '
	mount --make-rprivate /
	mount --bind "$1" /proc/cpuinfo
	shift
	exec "$@"' arm64.sh "$here/arm64.cpuinfo" "$@"
