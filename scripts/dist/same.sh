#!/bin/sh
# same.sh EVENTS OTHER: two events.csv of the same 30 frames a second hold the same events:
# kind, side, form, leading region and regions are equal, onset and offset lie within one
# frame of each other, and sizes within a twentieth.
set -eu
exec awk -F, '
function apart(a, b) { return a > b ? a - b : b - a }
FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; if (!("onset_s" in at)) { print FILENAME " is no events.csv"; bad = 1 } next }
{ row = sprintf("%s %s %s %s %s", $at["kind"], $at["side"], $at["form"], $at["lead"], $at["regions"]) }
NR == FNR { n++; said[FNR] = row; on[FNR] = $at["onset_s"]; off[FNR] = $at["offset_s"]; mm[FNR] = $at["peak_mm"]; next }
{
	m++
	if (row != said[FNR]) { print "\"" said[FNR] "\" beside \"" row "\""; bad = 1 }
	else if (apart(on[FNR], $at["onset_s"]) > 1 / 30 || apart(off[FNR], $at["offset_s"]) > 1 / 30) { print row ": at another time"; bad = 1 }
	else if (apart(mm[FNR], $at["peak_mm"]) > mm[FNR] / 20) { print row ": " mm[FNR] " mm beside " $at["peak_mm"]; bad = 1 }
}
END { if (n != m || n == 0) { print n + 0 " events beside " m + 0; bad = 1 } exit bad }' "$1" "$2" >&2
