// Package blob keeps bytes under keys: films, what was computed from them, and
// films on their way in. A key is made by the program ("films/<id>/original"),
// never by a client; [Dir] keeps them as files under one folder that no key can
// lead out of (os.Root).
package blob
