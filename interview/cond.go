package interview

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Truth is the outcome of a condition: yes, no, or not known.
type Truth int

// The three truth values.
const (
	Unknown Truth = iota
	No
	Yes
)

// String is "yes", "no" or "unknown".
func (t Truth) String() string { return [...]string{"unknown", "no", "yes"}[t] }

// Facts are values by name: a string, a []string or a float64. A name that is
// not there is not known.
type Facts map[string]any

// Cond is a condition over facts: either a leaf (one comparison), or all, any,
// not or unless of other conditions. The zero Cond is always Yes.
type Cond struct {
	All, Any []Cond
	Not      *Cond
	Unless   *Cond // like Not, but holds also while the condition is unknown: an exclusion
	Leaf     *Leaf
}

// Leaf is one comparison, written "fact op value".
//
//	=  !=          equal, not equal, as words
//	>= <= > <      as numbers
//	in             one of the words a|b|c
//	has            the list holds one of the words a|b|c
//	known          there is a value (never Unknown)
//	same           equal to the value of another fact
type Leaf struct{ Fact, Op, Value string }

var ops = []string{"=", "!=", ">=", "<=", ">", "<", "in", "has", "known", "same"}

// ParseLeaf reads a comparison.
func ParseLeaf(s string) (Leaf, error) {
	f := strings.Fields(s)
	if len(f) == 2 && f[1] == "known" {
		return Leaf{Fact: f[0], Op: "known"}, nil
	}
	if len(f) != 3 || !slices.Contains(ops, f[1]) || f[1] == "known" {
		return Leaf{}, fmt.Errorf("condition %q is not: fact operator value", s)
	}
	if strings.ContainsAny(f[1], "<>") {
		if _, err := strconv.ParseFloat(f[2], 64); err != nil {
			return Leaf{}, fmt.Errorf("condition %q compares with something that is not a number", s)
		}
	}
	return Leaf{f[0], f[1], f[2]}, nil
}

// String is the leaf as it is written in the files.
func (l Leaf) String() string { return strings.TrimSpace(l.Fact + " " + l.Op + " " + l.Value) }

// UnmarshalYAML reads a condition out of a data file.
func (c *Cond) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		l, err := ParseLeaf(n.Value)
		if err != nil {
			return fmt.Errorf("line %d: %w", n.Line, err)
		}
		*c = Cond{Leaf: &l}
		return nil
	}
	var m struct {
		All []Cond `yaml:"all"`
		Any []Cond `yaml:"any"`
		Not *Cond  `yaml:"not"`
		Unl *Cond  `yaml:"unless"`
	}
	if err := n.Decode(&m); err != nil {
		return err
	}
	if len(n.Content) != 2 || (m.All == nil && m.Any == nil && m.Not == nil && m.Unl == nil) {
		return fmt.Errorf("line %d: a condition is a comparison or exactly one of all, any, not, unless", n.Line)
	}
	*c = Cond{All: m.All, Any: m.Any, Not: m.Not, Unless: m.Unl}
	return nil
}

// MarshalJSON writes a condition for the app, in the shape of the files.
func (c Cond) MarshalJSON() ([]byte, error) {
	switch {
	case c.Leaf != nil:
		return json.Marshal(c.Leaf.String())
	case c.All != nil:
		return json.Marshal(map[string]any{"all": c.All})
	case c.Any != nil:
		return json.Marshal(map[string]any{"any": c.Any})
	case c.Not != nil:
		return json.Marshal(map[string]any{"not": c.Not})
	case c.Unless != nil:
		return json.Marshal(map[string]any{"unless": c.Unless})
	}
	return []byte("null"), nil
}

// Zero says whether the condition is empty, that is always Yes.
func (c Cond) Zero() bool {
	return c.All == nil && c.Any == nil && c.Not == nil && c.Unless == nil && c.Leaf == nil
}

// Eval is the condition's truth over facts.
func (c Cond) Eval(f Facts) Truth {
	switch {
	case c.Leaf != nil:
		return c.Leaf.eval(f)
	case c.Not != nil:
		return negate(c.Not.Eval(f))
	case c.Unless != nil:
		return truth(c.Unless.Eval(f) != Yes)
	case c.Any != nil:
		out := No
		for _, s := range c.Any {
			switch s.Eval(f) {
			case Yes:
				return Yes
			case Unknown:
				out = Unknown
			}
		}
		return out
	}
	out := Yes
	for _, s := range c.All {
		switch s.Eval(f) {
		case No:
			return No
		case Unknown:
			out = Unknown
		}
	}
	return out
}

// Names lists the facts that the condition looks at.
func (c Cond) Names() []string {
	var out []string
	if c.Leaf != nil {
		out = append(out, c.Leaf.Fact)
		if c.Leaf.Op == "same" {
			out = append(out, c.Leaf.Value)
		}
	}
	for _, s := range slices.Concat(c.All, c.Any) {
		out = append(out, s.Names()...)
	}
	for _, s := range []*Cond{c.Not, c.Unless} {
		if s != nil {
			out = append(out, s.Names()...)
		}
	}
	return out
}

// Leaves lists the comparisons of the condition.
func (c Cond) Leaves() []Leaf {
	var out []Leaf
	if c.Leaf != nil {
		out = append(out, *c.Leaf)
	}
	for _, s := range slices.Concat(c.All, c.Any) {
		out = append(out, s.Leaves()...)
	}
	for _, s := range []*Cond{c.Not, c.Unless} {
		if s != nil {
			out = append(out, s.Leaves()...)
		}
	}
	return out
}

func negate(t Truth) Truth {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

func (l Leaf) eval(f Facts) Truth {
	v, ok := f[l.Fact]
	if l.Op == "known" {
		return truth(ok)
	}
	if !ok {
		return Unknown
	}
	switch l.Op {
	case "=", "!=":
		s, isWord := v.(string)
		if !isWord {
			return Unknown
		}
		return truth((s == l.Value) == (l.Op == "="))
	case "in":
		s, isWord := v.(string)
		if !isWord {
			return Unknown
		}
		return truth(slices.Contains(strings.Split(l.Value, "|"), s))
	case "has":
		list, isList := v.([]string)
		if !isList {
			return Unknown
		}
		return truth(slices.ContainsFunc(strings.Split(l.Value, "|"), func(w string) bool { return slices.Contains(list, w) }))
	case "same":
		w, known := f[l.Value]
		if !known {
			return Unknown
		}
		return truth(v == w)
	}
	x, isNumber := v.(float64)
	y, err := strconv.ParseFloat(l.Value, 64)
	if !isNumber || err != nil {
		return Unknown
	}
	switch l.Op {
	case ">=":
		return truth(x >= y)
	case "<=":
		return truth(x <= y)
	case ">":
		return truth(x > y)
	}
	return truth(x < y)
}
