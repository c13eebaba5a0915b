// Command mutants puts executors with one defect each through the catalogue of
// scenarios, and shows what caught them. See mutants --help.
package main

import (
	"os"

	"github.com/watertight-go/watertight/executor/mutants"
	"github.com/watertight-go/watertight/internal/teeth"
)

func main() { os.Exit(teeth.Mutants(os.Args[1:], mutants.All())) }
