package fold

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Columns is the longest line.
const Columns = 120

// YAML folds the lines of a file. It fails where the result would not mean the same,
// or where a line cannot be broken.
func YAML(src []byte) ([]byte, error) {
	var out []string
	block := -1 // indentation of the key whose folded text is being read, -1 outside
	for _, line := range strings.Split(string(src), "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if block >= 0 && indent <= block && strings.TrimSpace(line) != "" {
			block = -1
		}
		out = append(out, fold(line, block >= 0)...)
		if strings.HasSuffix(line, ">-") || strings.HasSuffix(line, ">") {
			block = indent
		}
	}
	text := strings.Join(out, "\n")
	var before, after any
	if err := yaml.Unmarshal(src, &before); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal([]byte(text), &after); err != nil {
		return nil, fmt.Errorf("fold: the folded file is broken: %w", err)
	}
	if !reflect.DeepEqual(before, after) {
		return nil, fmt.Errorf("fold: the folded file would mean something else")
	}
	return []byte(text), nil
}

// fold breaks one line; text says that it is part of a folded text, whose lines
// all begin at one column.
func fold(line string, text bool) []string {
	if utf8.RuneCountInString(line) <= Columns {
		return []string{line}
	}
	trimmed := strings.TrimLeft(line, " ")
	indent := len(line) - len(trimmed)
	rest, before := indent+2, ""
	switch {
	case text:
		rest = indent
	case strings.HasPrefix(trimmed, "#"):
		rest, before = indent, "# "
	case strings.HasPrefix(trimmed, "- "):
		rest = indent + 4
	}
	at, comment := breaks(line)
	if comment > 0 { // the remark at the end stands above
		return append(fold(strings.Repeat(" ", indent)+line[comment:], false), fold(strings.TrimRight(line[:comment], " "), false)...)
	}
	if at <= indent {
		return []string{line}
	}
	return append([]string{strings.TrimRight(line[:at], " ")}, fold(strings.Repeat(" ", rest)+before+strings.TrimLeft(line[at:], " "), text)...)
}

// breaks finds where a line may be broken: after the last comma outside quotes that
// fits, else at the last space that fits. comment is where a remark begins, if it
// does not fit.
func breaks(line string) (at, comment int) {
	var quote rune
	comma, space, column := 0, 0, 0
	previous := ' '
	isComment := strings.HasPrefix(strings.TrimLeft(line, " "), "#")
	for i, r := range line {
		column++
		switch {
		case quote != 0:
			if r == quote && previous != '\\' {
				quote = 0
			}
		case isComment:
		case r == '"' && strings.ContainsRune(" [{,", previous):
			quote = r
		case r == '\'' && strings.ContainsRune(" [{,", previous):
			quote = r
		case r == '#' && previous == ' ':
			return 0, i
		}
		if r == ' ' && column <= Columns && strings.TrimSpace(line[:i]) != "" && !strings.HasSuffix(strings.TrimSpace(line[:i]), "-") {
			if quote == 0 && previous == ',' {
				comma = i
			}
			if previous != ':' && previous != ' ' {
				space = i
			}
		}
		previous = r
	}
	if comma > Columns/2 || (comma > 0 && space == 0) {
		return comma, 0
	}
	return space, 0
}
