// Package pdf prints a page to PDF through Chromium, when it is there.
//
// The page that is read on a screen, the one that a browser prints and the PDF
// are thereby one layout. Chromium runs as a process of its own, without a
// window, with a profile in a folder that is thrown away, with scripts and the
// network switched off, and for no longer than its time allows. Its sandbox
// stays on, but for the superuser, under whom Chromium refuses to start with
// it; what is printed are pages of this program alone.
package pdf
