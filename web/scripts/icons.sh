#!/bin/sh
# icons.sh: the app's icons as PNG, drawn from public/icon.svg with Chromium.
set -eu
cd "$(dirname "$0")/../public"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
draw() { # size, padding in percent of the size, file
	cat >"$work/page.html" <<PAGE
<body style="margin:0;background:$4"><img src="file://$PWD/icon.svg" style="display:block;box-sizing:border-box;width:$1px;height:$1px;padding:$2px">
PAGE
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
		--window-size="$1,$1" --screenshot="$PWD/$3" "file://$work/page.html" 2>/dev/null
}
draw 192 0 icon-192.png transparent
draw 512 0 icon-512.png transparent
draw 180 0 icon-180.png '#14514f'
# Maskable: the drawing stays within the middle four fifths.
draw 512 46 icon-maskable.png '#14514f'
