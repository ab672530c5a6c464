// Package account says who is asking and what they may do. Without accounts,
// the default, there is one: [Local], at this computer.
package account
