package phone

import (
	"errors"
	"net"
	"strings"

	"rsc.io/qr"
)

// ErrNoNetwork says that the computer is in no local network.
var ErrNoNetwork = errors.New("this computer has no address in a local network")

// Address is the computer's address in its local network: the first private IPv4
// address of an interface that is up, else a private IPv6 one or that of a network
// that programs make for themselves.
func Address() (string, error) {
	all, err := net.Interfaces()
	if err != nil {
		return "", err
	}
	second := ""
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			n, ok := a.(*net.IPNet)
			if !ok || !n.IP.IsPrivate() {
				continue
			}
			if made(i.Name) || n.IP.To4() == nil {
				if second == "" {
					second = n.IP.String()
				}
				continue
			}
			return n.IP.String(), nil
		}
	}
	if second == "" {
		return "", ErrNoNetwork
	}
	return second, nil
}

// made reports whether an interface is one that virtual machines, containers and
// tunnels make.
func made(name string) bool {
	for _, p := range []string{"docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap", "utun", "wg", "cni", "podman"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// quiet is the empty margin around a QR code, in its own squares.
const quiet = 2

// Terminal draws a QR code in characters, two squares to one: light on dark as
// terminals are, with the margin light.
func Terminal(text string) (string, error) {
	c, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", err
	}
	light := func(x, y int) bool { return !c.Black(x, y) } // outside of it too
	var b strings.Builder
	for y := -quiet; y < c.Size+quiet; y += 2 {
		for x := -quiet; x < c.Size+quiet; x++ {
			switch up, down := light(x, y), light(x, y+1); {
			case up && down:
				b.WriteString("█")
			case up:
				b.WriteString("▀")
			case down:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
