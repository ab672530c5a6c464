package scratch

import "unsafe"

// Number is what columns hold.
type Number interface{ float32 | float64 | int32 }

// ColumnBytes is the room that a column of n rows takes.
func ColumnBytes[E Number](n int) int {
	const step = 8 // so that a column of anything may follow
	return (int(unsafe.Sizeof(*new(E)))*n + step - 1) / step * step
}

// Column is a column of n rows in k; in memory where k is nil or full.
func Column[E Number](k *Columns, n int) []E {
	if k != nil && n > 0 {
		if b := k.room(ColumnBytes[E](n)); b != nil {
			return unsafe.Slice((*E)(unsafe.Pointer(unsafe.SliceData(b))), n)
		}
	}
	return make([]E, n)
}
