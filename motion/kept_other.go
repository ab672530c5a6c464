//go:build !linux

package motion

import "errors"

// kept is nowhere but on Linux: elsewhere columns are in memory.
type kept struct{}

func newKept(int) (*kept, error) { return nil, errors.ErrUnsupported }

func (*kept) room(int) []byte { return nil }
func (*kept) Free()           {}
func (*kept) Close() error    { return nil }
