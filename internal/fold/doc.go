// Package fold breaks long lines of YAML files, so that they can be read and
// reviewed without scrolling sideways. What a file means stays the same: the result
// is read again and compared.
package fold
