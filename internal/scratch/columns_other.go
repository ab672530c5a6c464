//go:build !linux

package scratch

import "errors"

// Columns is nowhere but on Linux: elsewhere columns are in memory.
type Columns struct{}

// NewColumns is an error.
func NewColumns(int) (*Columns, error) { return nil, errors.ErrUnsupported }

func (*Columns) room(int) []byte { return nil }

// Free does nothing.
func (*Columns) Free() {}

// Close does nothing.
func (*Columns) Close() error { return nil }
