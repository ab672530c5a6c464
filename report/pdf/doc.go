// Package pdf prints a page to PDF through Chromium, when it is there.
//
// The page that is read on a screen, the one that a browser prints and the PDF
// are thereby one layout. Chromium runs as a process of its own, without a
// window, with a profile in a folder that is thrown away, with scripts and the
// network switched off, with none of this program's environment, and for no
// longer than its time allows; two pages at a time. Its sandbox is never switched
// off. The superuser, under whom Chromium refuses to start with it, prints as the
// user nobody. Where the sandbox cannot be had (many containers do not allow user
// namespaces), nothing is printed and [ErrNoSandbox] says so.
package pdf
