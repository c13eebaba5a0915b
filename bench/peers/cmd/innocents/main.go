// Command innocents puts correct executors on foundations of every kind through
// the catalogue of scenarios, and shows what they are accused of: nothing. See
// innocents --help.
package main

import (
	"os"

	"github.com/watertight-go/watertight/bench/peers/innocents"
	"github.com/watertight-go/watertight/internal/selftest"
)

func main() { os.Exit(selftest.Innocents(os.Args[1:], innocents.All())) }
