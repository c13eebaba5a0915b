package trial

import (
	"fmt"
	"io"
	"math/rand/v2"
	"text/tabwriter"
	"time"

	"github.com/watertight-go/watertight/attach/internal/floors"
)

// Row says how the watches of one kind and length were judged.
type Row struct {
	Kind
	For     time.Duration
	Watches int
	// Suspected were accused by the last inspection alone, Leaks by two in a row.
	Suspected, Leaks, Unknown int
}

// Every is the interval of the polls.
const Every = 2 * time.Second

// Run judges some watches of a kind, from seed 0 on.
func Run(k Kind, d time.Duration, watches int) Row {
	row := Row{Kind: k, For: d, Watches: watches}
	for seed := range watches {
		switch floors.Judge(k.Make(rand.New(rand.NewPCG(uint64(seed), 1)), d, Every)).Grade {
		case floors.Leak:
			row.Leaks++
		case floors.Suspected:
			row.Suspected++
		case floors.Unknown:
			row.Unknown++
		}
	}
	return row
}

// Lengths are the watches that are tried.
var Lengths = []time.Duration{2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute}

// Table runs all kinds at all lengths and prints what came of it.
func Table(w io.Writer, watches int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "service\twatch\tleak\tsuspected\tunknown\tof\n")
	for _, k := range Kinds() {
		for _, d := range Lengths {
			r := Run(k, d, watches)
			fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\n", k.Name, d, r.Leaks, r.Suspected, r.Unknown, r.Watches)
		}
	}
	return t.Flush()
}
