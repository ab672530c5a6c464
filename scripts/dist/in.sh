#!/bin/sh
# in.sh FOLDER COMMAND...: runs a command as root in the Debian system that lies in FOLDER,
# with mounts and processes of its own that end with it.
set -eu
exec unshare --mount --pid --fork --kill-child sh -euc '
	root=$1 && shift
	mount --make-rprivate /
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
		chroot "$root" "$@"' in.sh "$@"
