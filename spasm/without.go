package spasm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"

	"facialis/event"
)

// off reports whether a rule is switched off.
func (p *Params) off(rule string) bool { return slices.Contains(p.Without, rule) }

// Removable reports whether a rule can be switched off. Without a gate, what it
// closes is judged by its score; without a term, its feature adds nothing; without
// blink, what closes both eyes is a voluntary movement; without voluntary, what both
// sides do is not reported, nor does a task make one side's movement voluntary;
// without synkinesis, nothing is locked to a trigger; without other, what a gate
// closes is not reported. Spasm is what the others leave.
func (r Rule) Removable() bool { return r.Name != string(event.Spasm) }

// Check says in one line what is wrong with the parameters: a value outside the
// range of ParamTable, or a rule in Without that there is none of.
func (p Params) Check() error {
	v := reflect.ValueOf(p)
	for _, t := range ParamTable {
		if x := v.FieldByName(t.Name).Float(); !(x >= t.Low && x <= t.High) {
			return fmt.Errorf("%s is %g: it must be from %g to %g %s", t.Name, x, t.Low, t.High, t.Unit)
		}
	}
	rules := Rules()
	for _, name := range p.Without {
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == name })
		if i < 0 {
			return fmt.Errorf("%q is not a rule: facialis rules lists them", name)
		}
		if !rules[i].Removable() {
			return fmt.Errorf("%s cannot be switched off: it is what the other rules leave", name)
		}
	}
	return nil
}

// maxParamsFile bounds a file of parameters, bytes. An analysis of an hour holds a
// few megabytes.
const maxParamsFile = 64 << 20

// ReadParams reads parameters: a JSON object with some fields of Params, such as
// {"NoiseK": 4, "Without": ["direction"]}, or an analysis.json, whose own parameters
// are taken. What it does not name keeps its default.
func ReadParams(r io.Reader) (Params, error) {
	p := DefaultParams()
	b, err := io.ReadAll(io.LimitReader(r, maxParamsFile))
	if err != nil {
		return p, fmt.Errorf("reading the parameters: %w", err)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return p, fmt.Errorf("reading the parameters: %w", err)
	}
	if raw, ok := fields["provenance"]; ok {
		var from struct {
			Parameters struct {
				Spasm map[string]json.RawMessage `json:"spasm"`
			} `json:"parameters"`
		}
		if err := json.Unmarshal(raw, &from); err != nil {
			return p, fmt.Errorf("reading the parameters: %w", err)
		}
		fields = from.Parameters.Spasm
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f := reflect.ValueOf(&p).Elem().FieldByName(name)
		if !f.IsValid() {
			return p, fmt.Errorf("%q is not a parameter: facialis rules lists them", name)
		}
		if string(fields[name]) == "null" {
			return p, fmt.Errorf("%s has no value", name)
		}
		if err := json.Unmarshal(fields[name], f.Addr().Interface()); err != nil {
			what := "a number"
			if name == "Without" {
				what = "a list"
			}
			return p, fmt.Errorf("%s is not %s", name, what)
		}
	}
	return p, p.Check()
}
