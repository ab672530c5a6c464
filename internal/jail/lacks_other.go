//go:build !linux

package jail

// Lacks says, a line each, what of the jail this system cannot do.
func Lacks() []string {
	return []string{"this system has no jail: a decoder could open any file that this user can, and reach the network"}
}
