//go:build tools

// Package tools pins the clients, not ours, that the interoperability tests run.
package tools

import (
	_ "github.com/jessepeterson/mdmb/cmd/mdmb"
	_ "github.com/micromdm/scep/v2/cmd/scepclient"
)
