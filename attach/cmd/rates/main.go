// Command rates prints how often `stress attach` is right: each kind of made-up service
// is watched many times, and the table says how often it was called a leak, suspected or
// unknown.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/watertight-go/watertight/attach/internal/trial"
)

func main() {
	watches := flag.Int("watches", 100, "watches of each kind and length")
	flag.Parse()
	if err := trial.Table(os.Stdout, *watches); err != nil {
		fmt.Fprintf(os.Stderr, "rates: %v\n", err)
		os.Exit(1)
	}
}
