#!/bin/sh
# build.sh VERSION ARCH: one release for Linux, ARCH amd64 or arm64: an archive and a
# Debian package in build/dist, with models, runtime library, helpers, manual pages,
# completions and the licenses of all parts. Run by make dist, which has built the pages
# and the models before.
set -eu
version=$1 arch=$2
name=facialis_${version}_linux_$arch
out=build/dist tree=build/dist/$name
rm -rf "$tree" && mkdir -p "$tree/bin" "$tree/lib" "$tree/licenses"

host=$(go env GOARCH) cc=gcc pkg=pkg-config
if [ "$arch" != "$host" ]; then
	case $arch in
	arm64) cc=aarch64-linux-gnu-gcc multiarch=aarch64-linux-gnu ;;
	amd64) cc=x86_64-linux-gnu-gcc multiarch=x86_64-linux-gnu ;;
	*) echo "no release is made for $arch: amd64 and arm64 are" >&2 && exit 2 ;;
	esac
	scripts/need $cc gcc-$(echo $multiarch | tr _ -) libc6-dev-$arch-cross
	export PKG_CONFIG_LIBDIR=/usr/lib/$multiarch/pkgconfig:/usr/share/pkgconfig
	$pkg --exists libavformat || { echo "libavformat for $arch is missing: dpkg --add-architecture $arch, then install libavformat-dev:$arch libavcodec-dev:$arch libavfilter-dev:$arch libavutil-dev:$arch" >&2; exit 1; }
fi

CGO_ENABLED=1 GOOS=linux GOARCH=$arch CC=$cc go build -trimpath -ldflags "-s -w -X facialis/internal/cli.Version=$version" -o "$tree/bin/facialis" ./cmd/facialis
CGO_ENABLED=0 GOOS=linux GOARCH=$arch go build -trimpath -ldflags '-s -w' -o "$tree/lib/facialis-jail" ./cmd/facialis-jail
$cc -std=gnu11 -O2 -Wall -Wextra -Werror video/decoder/decoder.c -o "$tree/lib/facialis-decoder" \
	$($pkg --cflags --libs libavformat libavcodec libavfilter libavutil) -lpthread -lm
case $arch in amd64) ort=x64 ;; arm64) ort=arm64 ;; esac
cp node_modules/onnxruntime-node/bin/napi-v6/linux/$ort/libonnxruntime.so.1 "$tree/lib/"
cp lib/attention.onnx lib/detector.onnx lib/canonical.bin "$tree/lib/"
cp LICENSE NOTICE README.md docs/third-party.md "$tree/"
cp -R build/share "$tree/share"
scripts/dist/licenses.sh "$tree/licenses"
cp scripts/dist/install.sh "$tree/install.sh"

# The same content gives the same archive.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" -czf "$out/$name.tar.gz" -C "$out" "$name"

deb=build/dist/deb-$arch
rm -rf "$deb" && mkdir -p "$deb/DEBIAN" "$deb/usr/lib/facialis" "$deb/usr/bin" "$deb/usr/share/doc/facialis"
cp -R "$tree/bin" "$tree/lib" "$deb/usr/lib/facialis/"
ln -s ../lib/facialis/bin/facialis "$deb/usr/bin/facialis"
cp -R "$tree/share/." "$deb/usr/share/"
cp -R "$tree/LICENSE" "$tree/NOTICE" "$tree/third-party.md" "$tree/licenses" "$deb/usr/share/doc/facialis/"
# Debian's versions may not begin with a letter, and a tilde sorts before the release itself.
cat >"$deb/DEBIAN/control" <<EOF
Package: facialis
Version: $(echo "$version" | sed 's/-dev/~dev/; s/-/+/g')
Architecture: $arch
Maintainer: the facialis authors <facialis@localhost>
Section: science
Priority: optional
Depends: libc6, ffmpeg, libavformat59, libavcodec59, libavfilter8, libavutil57
Recommends: chromium
Installed-Size: $(du -sk "$deb/usr" | cut -f1)
Description: measures the spasms of a face in a video
 Finds every spasm of a filmed face, its side, regions, size and time, follows
 it over months and says what to tell a doctor. No film leaves the computer.
EOF
dpkg-deb -Zgzip --root-owner-group --build "$deb" "$out/$name.deb" >/dev/null
rm -rf "$deb"
