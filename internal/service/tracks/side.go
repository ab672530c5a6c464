package tracks

import "strings"

// otherSide names the same thing on the other side.
func otherSide(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		switch p {
		case "right":
			parts[i] = "left"
		case "left":
			parts[i] = "right"
		}
	}
	return strings.Join(parts, ".")
}
