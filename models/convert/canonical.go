package convert

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var errGeometry = errors.New("not a readable face geometry")

// fields walks over the fields of a Protocol Buffers message: a varint's value
// in n, a length-delimited or fixed field's bytes in b.
func fields(msg []byte, visit func(field int, n uint64, b []byte)) error {
	for len(msg) > 0 {
		key, k := binary.Uvarint(msg)
		if k <= 0 {
			return errGeometry
		}
		msg = msg[k:]
		var n uint64
		size := 0
		switch key & 7 {
		case 0:
			if n, k = binary.Uvarint(msg); k <= 0 {
				return errGeometry
			}
			msg = msg[k:]
		case 1:
			size = 8
		case 2:
			if n, k = binary.Uvarint(msg); k <= 0 || n > uint64(len(msg)-k) {
				return errGeometry
			}
			msg, size = msg[k:], int(n)
		case 5:
			size = 4
		default:
			return errGeometry
		}
		if size > len(msg) || key>>3 > 1<<28 {
			return errGeometry
		}
		visit(int(key>>3), n, msg[:size])
		msg = msg[size:]
	}
	return nil
}

// Canonical takes the 468 vertices out of MediaPipe's geometry metadata (field
// 1: the canonical mesh, whose field 3 lists x, y, z, u, v of each vertex) and
// gives their x, y, z as little-endian float32, in cm: x towards the image's
// right, y up, z towards the camera.
func Canonical(b []byte) ([]byte, error) {
	var mesh, vertices []byte
	if err := fields(b, func(f int, _ uint64, v []byte) {
		if f == 1 {
			mesh = v
		}
	}); err != nil {
		return nil, err
	}
	if err := fields(mesh, func(f int, _ uint64, v []byte) {
		if f == 3 { // one number a field, or all of them in one
			vertices = append(vertices, v...)
		}
	}); err != nil {
		return nil, err
	}
	const vertex = 5 * 4
	if len(vertices) != meshPoints*vertex {
		return nil, fmt.Errorf("%w: %d bytes of vertices instead of %d", errGeometry, len(vertices), meshPoints*vertex)
	}
	out := make([]byte, 0, meshPoints*3*4)
	for i := range meshPoints {
		out = append(out, vertices[i*vertex:i*vertex+12]...)
	}
	return out, nil
}
