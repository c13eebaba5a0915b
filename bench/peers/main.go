// Command peers measures the executors of this repository and libraries that run
// things in parallel, on the same jobs and in one run. `peers run` and `peers
// overshoot` measure and store the results. `peers show` and `peers write` render
// the stored results and measure nothing.
package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/watertight-go/watertight/bench"
)

type command struct {
	Run       runCommand       `cmd:"" help:"Measure, and add the rows to the results."`
	Overshoot overshootCommand `cmd:"" help:"Measure how long after their bound calls return, and add it to the results."`
	Show      showCommand      `cmd:"" help:"Print the results as Markdown."`
	Write     writeCommand     `cmd:"" help:"Write the results into a document, between its markers."`
	Memory    memoryCommand    `cmd:"" hidden:"" help:"Print how many bytes one subject holds for each blocked agent."`
}

type runCommand struct {
	Out      string        `default:"bench.json" help:"The file of results. Rows that it already has are replaced."`
	Jobs     []string      `default:"instant,context,http,cancel,memory" enum:"instant,context,http,cancel,memory" help:"${enum}."`
	Agents   []int         `default:"5,100,10000,1000000" help:"Numbers of agents. A job is measured only with those that make sense for it."`
	Subjects []string      `help:"Names of executors and peers. Default: all."`
	Samples  int           `default:"20" help:"Pairs of floor and subject for each row."`
	Budget   time.Duration `default:"12s" help:"Time for each row. Three pairs are measured in any case."`
}

func (c runCommand) Run(out streams) error {
	chosen, err := choose(c.Subjects)
	if err != nil {
		return err
	}
	results, err := openResults(c.Out)
	if err != nil {
		return err
	}
	m := measurer{plan: bench.Plan{Samples: c.Samples, Budget: c.Budget}, subjects: chosen, progress: out.err, keep: func(r row) error {
		results.add(r)
		return results.store(c.Out) // after each row, so that a run that is cut short loses nothing
	}}
	for _, job := range c.Jobs {
		for _, n := range c.Agents {
			if err := m.measure(job, n); err != nil {
				return err
			}
		}
	}
	return nil
}

type overshootCommand struct {
	Out      string `default:"bench.json" help:"The file of results."`
	Requests int    `default:"100" help:"Requests at the same time."`
	Rounds   int    `default:"20" help:"How often they are made."`
}

func (c overshootCommand) Run(out streams) error {
	results, err := openResults(c.Out)
	if err != nil {
		return err
	}
	o, err := bench.MeasureOvershoot(c.Requests, c.Rounds)
	if err != nil {
		return err
	}
	results.Overshoot = &overshoot{Overshoot: o, Race: raceEnabled}
	fmt.Fprintln(out.out, results.Overshoot)
	return results.store(c.Out)
}

type showCommand struct {
	From string `default:"bench.json" help:"The file of results."`
}

func (c showCommand) Run(out streams) error {
	results, err := readResults(c.From)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out.out, results.markdown())
	return err
}

type writeCommand struct {
	From string `default:"bench.json" help:"The file of results."`
	File string `default:"benchmarks.md" help:"The document to write into."`
}

func (c writeCommand) Run() error {
	results, err := readResults(c.From)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	text, err := between(string(old), results.markdown())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return os.WriteFile(c.File, []byte(text), 0o644)
}

type memoryCommand struct {
	Subject string `arg:"" help:"An executor, a peer, or floor."`
	Agents  int    `default:"100000" help:"How many agents are blocked."`
}

func (c memoryCommand) Run(out streams) error {
	bytes, err := blockedMemory(c.Subject, c.Agents)
	if err == nil {
		fmt.Fprintln(out.out, bytes)
	}
	return err
}

// streams are where results (out) and progress (err) go.
type streams struct{ out, err io.Writer }

// run is the command. It returns the exit code: 0, or 2 after wrong usage and where
// something could not be measured.
func run(args []string, s streams) int {
	parser, err := kong.New(&command{}, kong.Name("peers"), kong.Writers(s.out, s.err), kong.Bind(s))
	if err != nil {
		fmt.Fprintln(s.err, "peers:", err)
		return 2
	}
	chosen, err := parser.Parse(args)
	if err == nil {
		err = chosen.Run()
	}
	if err != nil {
		fmt.Fprintln(s.err, "peers:", err)
		return 2
	}
	return 0
}

func main() { os.Exit(run(os.Args[1:], streams{os.Stdout, os.Stderr})) }
