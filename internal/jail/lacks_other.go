//go:build !linux

package jail

// Lacks says, a line each, what of the jail this system cannot do.
func Lacks() []string {
	return []string{say("jail.none")}
}
