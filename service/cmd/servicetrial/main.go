// Command servicetrial prints how often `stress service` is right: each service of
// service/internal/toys, whose fault is known, is run many times. It exits with 1 where a
// run did not name the guilty line, or accused anything else, and with 2 where nothing
// could be run. Run it in the repository.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/service"
	"github.com/watertight-go/watertight/service/internal/trial"
)

// order is what the command was asked for.
type order struct {
	spec trial.Spec
	runs int
	only string
	keep string
}

func main() {
	service.Supervise()
	var o order
	flag.IntVar(&o.runs, "runs", 20, "runs of each toy")
	flag.StringVar(&o.only, "only", "", "run these toys alone, as body,healthy")
	flag.DurationVar(&o.spec.Each, "for", 0, "how long the load of a round lasts; 0: as in stress service")
	flag.DurationVar(&o.spec.Settle, "settle", 0, "how long nothing may fall before what is left counts; 0: as in stress service")
	flag.Float64Var(&o.spec.Rate, "rate", 0, "requests a second; 0: as in stress service")
	flag.StringVar(&o.keep, "keep", "", "write the observation of each wrong run into this folder")
	verbose := flag.Bool("v", false, "print the steps of each run")
	flag.Parse()
	o.spec.Dir, o.spec.Progress = ".", io.Discard
	if *verbose {
		o.spec.Progress = os.Stderr
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code, err := o.run(ctx)
	if err != nil {
		fmt.Fprintf(os.Stderr, "servicetrial: %v\n", err)
		code = 2
	}
	os.Exit(code)
}

// run runs the toys in turn, and prints what is known when one could not be run.
func (o order) run(ctx context.Context) (code int, err error) {
	toys, err := o.toys()
	if err != nil {
		return 2, err
	}
	all := make([]trial.Counters, len(toys))
	for i := range o.runs {
		for k, t := range toys {
			out, err := trial.Run(ctx, o.spec, t)
			if err != nil {
				return 2, errors.Join(err, trial.Write(os.Stdout, all))
			}
			all[k].Add(out)
			fmt.Fprintf(os.Stderr, "run %d: %s: %s, %.1fs\n", i+1, t.Name, says(out), out.Took.Seconds())
			if err := o.store(out, i+1); err != nil {
				return 2, err
			}
		}
	}
	if slices.ContainsFunc(all, func(t trial.Counters) bool { return !t.Met() }) {
		code = 1
	}
	return code, trial.Write(os.Stdout, all)
}

// toys are those that are asked for.
func (o order) toys() (all []trial.Toy, err error) {
	known := trial.Toys()
	if o.only == "" {
		return known, nil
	}
	var names []string
	for _, t := range known {
		names = append(names, t.Name)
	}
	for name := range strings.SplitSeq(o.only, ",") {
		at := slices.Index(names, name)
		if at < 0 {
			return nil, fmt.Errorf("-only: got %q, want some of %s", name, strings.Join(names, ","))
		}
		all = append(all, known[at])
	}
	return all, nil
}

func says(o trial.Outcome) string {
	if o.Right() {
		return "right"
	}
	return fmt.Sprintf("WRONG: exit code %d, found %t, %s", o.Code, o.Found, strings.Join(o.Others, "; "))
}

// store writes the observation of a wrong run.
func (o order) store(out trial.Outcome, run int) error {
	if o.keep == "" || out.Right() {
		return nil
	}
	text, err := json.MarshalIndent(out.Seen, "", "  ")
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s-%d.json", out.Toy.Name, time.Now().Format("150405"), run)
	return errors.Join(os.MkdirAll(o.keep, 0o755), os.WriteFile(filepath.Join(o.keep, name), text, 0o600))
}
