package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks/upstream"
)

// upstreamArgs are the flags of upstream.
type upstreamArgs struct {
	Addr     string `help:"Where to listen. Default: a free port of 127.0.0.1." placeholder:"HOST:PORT"`
	Schedule string `help:"Faults and how long each is played, comma separated; the last one stays." default:"ok" placeholder:"FAULT:TIME,..."`
	Repeat   bool   `help:"Begin again after the last phase."`
}

// run is the upstream command: listen, play until the context ends, count.
func (a *upstreamArgs) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	if err := a.serve(ctx, stdout, stderr); err != nil {
		return ExitTrouble, fmt.Errorf("upstream: %w", err)
	}
	return ExitOK, nil
}

func (a *upstreamArgs) serve(ctx context.Context, stdout, stderr io.Writer) error {
	schedule, err := a.schedule()
	if err != nil {
		return err
	}
	server, err := a.listen(stderr)
	if err != nil {
		return err
	}
	defer server.Close()
	if _, err := fmt.Fprintln(stdout, server.URL()); err != nil {
		return err
	}
	began := time.Now()
	a.play(ctx, server, schedule, stderr)
	return summarize(stdout, server.Counts(), time.Since(began))
}

func (a *upstreamArgs) listen(stderr io.Writer) (*upstream.Server, error) {
	server, err := upstream.New(upstream.Config{Addr: a.Addr, Log: stderr})
	if refused, ok := errors.AsType[*net.OpError](err); ok {
		return nil, fmt.Errorf("listen on %s: %w; want a free address, or no -addr for a free port", a.Addr, refused.Err)
	}
	return server, err
}

// schedule reads -schedule.
func (a *upstreamArgs) schedule() (upstream.Schedule, error) {
	s, err := upstream.Parse(a.Schedule)
	if err != nil {
		return nil, err
	}
	if a.Repeat && s[len(s)-1].For == 0 {
		return nil, errors.New("-repeat: got a last phase without a time, want one, as in ok:10s,hang:60s")
	}
	return s, nil
}

// play plays the phases until the context ends. It tells the server of each by itself, so
// that the counts are those of the phase.
func (a *upstreamArgs) play(ctx context.Context, server *upstream.Server, schedule upstream.Schedule, stderr io.Writer) {
	for ctx.Err() == nil {
		for i, p := range schedule {
			if i == len(schedule)-1 && !a.Repeat {
				p.For = 0 // it stays
			}
			playPhase(ctx, server, p, stderr)
		}
	}
}

// playPhase plays a phase to its end, or to that of the context.
func playPhase(ctx context.Context, server *upstream.Server, p upstream.Phase, stderr io.Writer) {
	if ctx.Err() != nil {
		return
	}
	before := server.Counts()
	server.Play(upstream.Schedule{p})
	fmt.Fprintf(stderr, "%s: begins, %s\n", p.Fault, length(p))
	var over <-chan time.Time
	if p.For > 0 {
		over = time.After(p.For)
	}
	select {
	case <-over:
	case <-ctx.Done():
	}
	after := server.Counts()
	fmt.Fprintf(stderr, "%s: %s, %d open, on %s\n", p.Fault,
		plural.Count(after.Requests-before.Requests, "request"), after.Open, plural.Count(after.Connections, "connection"))
}

func length(p upstream.Phase) string {
	if p.For == 0 {
		return "and stays"
	}
	return "for " + p.For.String()
}

// summarize prints what the server did.
func summarize(stdout io.Writer, c upstream.Counts, took time.Duration) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(stdout, "%s in %s, %d still open\n", plural.Count(c.Requests, "request"), format.Duration(took), c.Open)
	for _, f := range slices.Sorted(maps.Keys(c.Faults)) {
		fmt.Fprintf(table, "%d\t %s\n", c.Faults[f], f)
	}
	return table.Flush()
}

// faultNames are the names of faults for the help, in lines of that width.
func faultNames(width int) string {
	var lines []string
	line := " "
	for _, name := range upstream.Names() {
		if len(line)+1+len(name) > width {
			lines, line = append(lines, line), " "
		}
		line += " " + name
	}
	return strings.Join(append(lines, line), "\n")
}
