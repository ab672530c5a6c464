// Package memtest tells tests how much memory they took. It is empty except on
// Linux.
package memtest
