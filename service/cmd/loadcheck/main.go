// Command loadcheck measures the load of `stress service`. It prints whether its percentiles
// agree with those of a second generator, at a service that freezes for a second, and how
// much processor time it takes. It exits with 1 where one of the two misses its bar, and with 2
// where it could not be measured, because the machine was too busy or something failed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/watertight-go/watertight/service/internal/loadtrial"
	"github.com/watertight-go/watertight/service/load"
)

func main() {
	loadtrial.Child()
	agree, cost := loadtrial.DefaultSpec, loadtrial.DefaultCost
	flag.DurationVar(&agree.For, "for", agree.For, "how long both generators run; the service freezes for a second after two")
	flag.Float64Var(&agree.Rate, "rate", agree.Rate, "requests a second of each generator")
	flag.Float64Var(&cost.Rate, "cost-rate", cost.Rate, "requests a second for the processor time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code, err := run(ctx, agree, cost)
	if err != nil {
		fmt.Fprintf(os.Stderr, "loadcheck: %v\n", err)
		code = 2
	}
	os.Exit(code)
}

func run(ctx context.Context, agree loadtrial.Spec, cost loadtrial.CostSpec) (code int, err error) {
	fmt.Printf("latencies at %g requests a second for %s, of a service that takes %s and freezes for %s:\n", agree.Rate, agree.For, agree.Work, agree.Freeze)
	a, err := loadtrial.Agree(ctx, agree)
	if err != nil {
		return 2, err
	}
	a.Write(os.Stdout)
	worst := a.Worst()
	code = verdict("the largest difference, of "+worst.Name, worst.Difference(), loadtrial.Bar, a.Late)

	for _, cost.Protocol = range []load.Protocol{load.HTTP1, load.H2C} {
		fmt.Printf("\nprocessor time at %g requests a second, %s:\n", cost.Rate, cost.Protocol)
		c, err := loadtrial.Measure(ctx, cost)
		if err != nil {
			return 2, err
		}
		c.Write(os.Stdout)
		code = max(code, verdict("processors kept busy", c.Cores(), loadtrial.BarOfCores, c.Load.Late))
	}
	return code, nil
}

// verdict says whether a bar was met. It returns the exit code. Where requests started late,
// a bar that was missed says nothing: a load that catches up costs more.
func verdict(what string, got, most float64, late time.Duration) int {
	word, code := "ok", 0
	switch {
	case got > most && late > loadtrial.Busy:
		word, code = "unknown, because the machine was too busy", 2
	case got > most:
		word, code = "MISSED", 1
	}
	fmt.Printf("%s: %s: got %.3f, want %g at most\n", word, what, got, most)
	return code
}
