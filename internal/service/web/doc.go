// Package web holds the built app. dist is what `make web` builds out of web/;
// where that was not done it holds only a page that says so.
package web
