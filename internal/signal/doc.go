// Package signal holds the robust statistics that more than one room needs: middles
// and quantiles of values in order, the ratio of two rates with its exact interval,
// and how a series leans over time, how sure that is, and where it steps.
//
// Diaries are uneven: days are missing, counts are small, one terrible day is
// not a trend. So nothing here is least squares.
//
// # Slope
//
// The slope of Theil and Sen is the median of the slopes of all pairs of
// points. Up to 29 % of the points may be anything at all before it breaks.
// Its interval is that of Sen (J Am Stat Assoc 1968;63:1379): the pair slopes
// in order, cut at N/2 ∓ z·σ/2, where N is the number of pairs and σ² the
// variance of Kendall's S, ties taken off.
//
// # Trend or chance
//
// S counts the pairs that rise less those that fall. Mann (Econometrica
// 1945;13:245) and Kendall took it for a test against "no trend". Without ties
// and up to 30 points p is exact, by counting permutations; else it is the
// normal one with the correction for continuity and the variance for ties
// (Kendall, Rank Correlation Methods, 4th ed. 1975).
//
// Both take the points to be independent. Days are not: a bad day follows a bad
// day. So the autocorrelation of neighbors is measured on the ranks of what
// is left when the slope is taken out, and the variance of S grows by the factor
// of Hamed and Rao (J Hydrol 1998;204:182), with the correlation dying away
// geometrically. It never shrinks.
//
// # Steps
//
// [Steps] cuts a series into stretches of one level each, so that
//
//	Σ over stretches of  Σ (y − mean)² / σ²   +   penalty · number of cuts
//
// is smallest over all ways to cut: optimal partitioning (Jackson, IEEE Signal
// Process Lett 2005;12:105), of which PELT (Killick, J Am Stat Assoc
// 2012;107:1590) is the quick form; a diary is short enough for the plain one.
// The penalty is 3·ln n (after the modified BIC of Zhang and Siegmund,
// Biometrics 2007;63:22). A slope would come out as a staircase, so a cut stays
// only where two levels fit its two stretches better than one line.
package signal
