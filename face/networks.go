package face

import "facialis/internal/infer"

// Networks are the loaded face networks: the detector, the landmark mesh with its
// attention, and the canonical face they were made with. They serve any number of
// [Tracker]s, one after the other or side by side, until they are closed.
type Networks struct{ engine *infer.Engine }

// Open loads the runtime library and finds the networks in the folder dir; "" looks
// where `make build` and the releases put them. The error wraps [ErrMissing] where they
// are not there.
func Open(dir string) (*Networks, error) {
	e, err := infer.Open(dir)
	if err != nil {
		return nil, err
	}
	return &Networks{e}, nil
}

// ErrMissing says that the networks or their runtime library are not installed.
var ErrMissing = infer.ErrMissing

// Close frees the runtime. No tracker may be used after it.
func (n *Networks) Close() error { return n.engine.Close() }

// Canonical is the canonical face: 468 landmarks, x to the person's left, y up, z to the
// front, in cm.
func (n *Networks) Canonical() (*[468][3]float32, error) { return n.engine.Canonical() }

// Dir is the folder of the networks.
func (n *Networks) Dir() string { return n.engine.Dir() }

// Library is the path of the runtime library, and Version its version.
func (n *Networks) Library() string { return n.engine.Library() }

// Version is the runtime library's version.
func (n *Networks) Version() string { return n.engine.Version() }

// Models are the files' SHA-256 by file name, as provenance keeps them.
func (n *Networks) Models() map[string]string { return n.engine.Models() }
