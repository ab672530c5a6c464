//go:build !unix

package folder

// keepPrivate does nothing: this system keeps rights with the folder.
func keepPrivate() {}
