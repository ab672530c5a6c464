#!/bin/sh
# install.sh [FOLDER]: puts this release into FOLDER (default /usr/local) and, as root on a
# Debian system, installs what it needs besides. It says what it will do, and asks first;
# --yes does not ask.
set -eu
umask 022
cd "$(dirname "$0")"
yes=
[ "${1:-}" = --yes ] && yes=1 && shift
to=${1:-/usr/local}
need="ffmpeg libavformat59 libavcodec59 libavfilter8 libavutil57"
lacking=
if command -v dpkg-query >/dev/null; then
	for p in $need; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || lacking="$lacking $p"
	done
fi
echo "This will put facialis into $to/lib/facialis, with a link in $to/bin."
[ -z "$lacking" ] || echo "It will install these Debian packages:$lacking"
if [ -z "$yes" ]; then
	printf 'Go on? [y/N] '
	read -r answer || answer=
	case $answer in y | Y | yes) ;; *) echo "Nothing was changed." && exit 1 ;; esac
fi
if [ -n "$lacking" ]; then
	[ "$(id -u)" = 0 ] || { echo "install$lacking as root first, then try again" >&2; exit 1; }
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $lacking
fi
mkdir -p "$to/lib/facialis" "$to/bin" "$to/share"
cp -R bin lib LICENSE NOTICE licenses "$to/lib/facialis/"
cp -R share/. "$to/share/"
ln -sf ../lib/facialis/bin/facialis "$to/bin/facialis"
"$to/bin/facialis" --version
echo "Installed. '$to/bin/facialis doctor' checks what it needs; '$to/bin/facialis serve' starts the app."
