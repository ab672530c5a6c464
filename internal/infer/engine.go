package infer

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// The networks that an [Engine] runs.
const (
	Detector  = "detector"
	Attention = "attention"
)

// model is what is known of one network's tensors.
type model struct {
	name    string
	size    int64 // its input is 3×size×size
	outputs []output
}

type output struct {
	name  string
	shape ort.Shape
}

var models = []model{
	{Detector, 128, []output{{"boxes", ort.Shape{1, 896, 16}}, {"scores", ort.Shape{1, 896, 1}}}},
	{Attention, 192, []output{{"points", ort.Shape{1, 478, 3}}, {"flag", ort.Shape{1, 1}}}},
}

// runtime counts the engines that use the process's one ONNX Runtime.
var runtimeUse struct {
	sync.Mutex
	count   int
	library string
}

// Engine makes sessions. It may be used by several goroutines at once.
type Engine struct {
	dir, library string
	sums         map[string]string
	close        sync.Once
}

// Open loads the runtime library and finds the models in dir; an empty dir
// means the one that [Find] gives. An error that wraps [ErrMissing] says that
// something is not there.
func Open(dir string) (*Engine, error) {
	var err error
	if dir == "" {
		if dir, err = Find(); err != nil {
			return nil, err
		}
	} else if !holds(dir) {
		return nil, fmt.Errorf("the models are missing in %s: %w", dir, ErrMissing)
	}
	e := &Engine{dir: dir, sums: map[string]string{}}
	if e.library, err = FindLibrary(dir); err != nil {
		return nil, err
	}
	for _, m := range models {
		if e.sums[m.name+".onnx"], err = Sum(e.path(m)); err != nil {
			return nil, fmt.Errorf("reading the model %s: %w", m.name, err)
		}
	}

	runtimeUse.Lock()
	defer runtimeUse.Unlock()
	if runtimeUse.count == 0 {
		ort.SetSharedLibraryPath(e.library)
		if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
			return nil, fmt.Errorf("starting the runtime library %s: %w", e.library, err)
		}
		runtimeUse.library = e.library
	}
	e.library = runtimeUse.library // the first engine's: a process loads one
	runtimeUse.count++
	return e, nil
}

// Close gives the runtime back. Every session must be closed before.
func (e *Engine) Close() error {
	var err error
	e.close.Do(func() {
		runtimeUse.Lock()
		defer runtimeUse.Unlock()
		if runtimeUse.count--; runtimeUse.count == 0 {
			err = ort.DestroyEnvironment()
		}
	})
	return err
}

// Dir is the folder that the models came from.
func (e *Engine) Dir() string { return e.dir }

// Library is the path of the loaded runtime library.
func (e *Engine) Library() string { return e.library }

// Version is the runtime library's version.
func (e *Engine) Version() string { return ort.GetVersion() }

// Models gives the SHA-256 of each model file by its name, for the provenance
// of a result. The map must not be changed.
func (e *Engine) Models() map[string]string { return e.sums }

// Canonical is [Canonical] of the engine's folder.
func (e *Engine) Canonical() (*[468][3]float32, error) { return Canonical(e.dir) }

func (e *Engine) path(m model) string { return filepath.Join(e.dir, m.name+".onnx") }

// Session is one network ready to run. It serves one goroutine at a time.
type Session struct {
	in   *ort.Tensor[float32]
	outs []*ort.Tensor[float32]
	run  *ort.AdvancedSession
	size int
}

// Session loads a network: [Detector] or [Attention].
func (e *Engine) Session(name string) (*Session, error) {
	for _, m := range models {
		if m.name == name {
			s, err := e.load(m)
			if err != nil {
				return nil, fmt.Errorf("loading the model %s: %w", name, err)
			}
			return s, nil
		}
	}
	return nil, fmt.Errorf("no model is called %q", name)
}

func (e *Engine) load(m model) (_ *Session, err error) {
	s := &Session{size: int(m.size)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.in, err = ort.NewEmptyTensor[float32](ort.Shape{1, 3, m.size, m.size}); err != nil {
		return nil, err
	}
	var names []string
	var values []ort.Value
	for _, o := range m.outputs {
		t, err := ort.NewEmptyTensor[float32](o.shape)
		if err != nil {
			return nil, err
		}
		s.outs = append(s.outs, t)
		names, values = append(names, o.name), append(values, t)
	}
	opts, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer opts.Destroy()
	if err := errors.Join(opts.SetIntraOpNumThreads(1), opts.SetInterOpNumThreads(1),
		opts.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll)); err != nil {
		return nil, err
	}
	s.run, err = ort.NewAdvancedSession(e.path(m), []string{"input"}, names, []ort.Value{s.in}, values, opts)
	return s, err
}

// Size is the side of the square input, in pixels.
func (s *Session) Size() int { return s.size }

// Input is the input tensor, to be filled before [Session.Run]: the red plane
// of Size·Size floats, then the green, then the blue.
func (s *Session) Input() []float32 { return s.in.GetData() }

// Run computes the outputs from the input.
func (s *Session) Run() error { return s.run.Run() }

// Output is output tensor i; its contents change with the next Run.
func (s *Session) Output(i int) []float32 { return s.outs[i].GetData() }

// Close frees the session.
func (s *Session) Close() error {
	var errs []error
	if s.run != nil {
		errs = append(errs, s.run.Destroy())
	}
	for _, t := range append(s.outs, s.in) {
		if t != nil {
			errs = append(errs, t.Destroy())
		}
	}
	*s = Session{}
	trim()
	return errors.Join(errs...)
}
