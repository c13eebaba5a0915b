// Command mutants puts executors with one defect each through the catalogue of
// scenarios, and shows what caught them. See mutants --help.
package main

import (
	"os"

	"github.com/watertight-go/watertight/internal/mutants"
	"github.com/watertight-go/watertight/internal/selftest"
)

func main() { os.Exit(selftest.Mutants(os.Args[1:], mutants.All())) }
