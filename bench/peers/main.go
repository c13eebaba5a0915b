// Command peers measures the executors of this repository and the libraries
// that people fan out with on the same jobs, in one run, and writes the table
// into the README. `peers run` measures and stores, `peers show` and
// `peers readme` render what is stored and measure nothing.
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
	Overshoot overshootCommand `cmd:"" help:"Measure how far callers overshoot their bound, and add it to the results."`
	Show      showCommand      `cmd:"" help:"Print the results as Markdown."`
	Readme    readmeCommand    `cmd:"" help:"Put the results between the markers of a README."`
	Memory    memoryCommand    `cmd:"" hidden:"" help:"Print the bytes an agent that one subject holds."`
}

type runCommand struct {
	Out      string        `default:"bench.json" help:"The file of results. Rows that are in it already are replaced."`
	Jobs     []string      `default:"instant,context,http,cancel,memory" enum:"instant,context,http,cancel,memory" help:"${enum}."`
	Agents   []int         `default:"5,100,10000,1000000" help:"Numbers of agents. Each job leaves out those that it has no use for."`
	Subjects []string      `help:"Names of executors and peers. Default: all."`
	Samples  int           `default:"20" help:"Pairs of floor and subject a row."`
	Budget   time.Duration `default:"12s" help:"Time a row, after three pairs."`
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
		return results.store(c.Out) // each at once: a run that is cut short has lost nothing
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
	Requests int    `default:"100" help:"Requests at once."`
	Rounds   int    `default:"20" help:"How often."`
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

type readmeCommand struct {
	From string `default:"bench.json" help:"The file of results."`
	File string `default:"README.md" help:"The README to write into."`
}

func (c readmeCommand) Run() error {
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
	Agents  int    `default:"100000" help:"How many are blocked."`
}

func (c memoryCommand) Run(out streams) error {
	bytes, err := blockedMemory(c.Subject, c.Agents)
	if err == nil {
		fmt.Fprintln(out.out, bytes)
	}
	return err
}

// streams are where results and progress go.
type streams struct{ out, err io.Writer }

// run is the command: 0 for done, 2 for usage or what could not be measured.
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
