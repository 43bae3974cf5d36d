//go:build tools

// Package tools pins the peer that the benchmarks run beside us.
package tools

import _ "github.com/micromdm/nanomdm/cmd/nanomdm"
